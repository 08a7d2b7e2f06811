/**
 * DigestSender: stands between the engine and a FlowCollector and sends its digests on, one every digestMs for as long as something
 * happens; a quiet engine costs no timer. In the gateway's thread `send` is LiveFlow.add, in a worker a message to it.
 * Ends with the signal, with what was counted until then.
 */
import type { EngineEvent, Observer } from "@signalbox/runtime";
import type { FlowCollector } from "./flow-collector.ts";
import type { FlowDigest } from "./flow-digest.ts";

export const digestMs = 100;

export interface DigestSenderOptions {
  readonly send: (digest: FlowDigest) => void;
  readonly signal: AbortSignal;
}

export class DigestSender implements Observer {
  readonly #collector: FlowCollector;
  readonly #options: DigestSenderOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(collector: FlowCollector, options: DigestSenderOptions) {
    this.#collector = collector;
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#end(), { once: true });
  }

  on(event: EngineEvent): void {
    this.#collector.on(event);
    if (this.#timer === undefined && !this.#options.signal.aborted) this.#begin();
  }

  /** Runs until one round finds nothing. Then the collector knows that the engine was quiet, and the next event starts it again. */
  #begin(): void {
    this.#timer = setInterval(() => {
      if (!this.#send()) this.#rest();
    }, digestMs);
    this.#timer.unref();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #end(): void {
    this.#rest();
    this.#send();
  }

  #send(): boolean {
    const digest = this.#collector.digest();
    if (digest !== undefined) this.#options.send(digest);
    return digest !== undefined;
  }
}
