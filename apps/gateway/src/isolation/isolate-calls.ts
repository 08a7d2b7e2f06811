/**
 * IsolateCalls: calls functions in isolates of one process, loads a fresh isolate when one was used up, and finds the call that did it.
 * Neighbours: isolate.ts is one isolate; isolate-server.ts brings calls.
 * Guarantee: each call ends once. A call whose isolate was ended by another call is repeated alone, so that a call that ends an isolate
 * when it is alone is the one at fault.
 */
import type { Answer, CallEnd, Isolate } from "./isolate.ts";
import type { IsolateProblem } from "./isolate-task.ts";

export type CallOutcome =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "overdue" | "out-of-memory" }
  | { readonly kind: "refused"; readonly problem: IsolateProblem };

export class IsolateCalls {
  readonly #load: () => Promise<Isolate | IsolateProblem>;
  #current: Isolate | undefined;
  #loading: Promise<Isolate | IsolateProblem> | undefined;
  readonly #inFlight = new Map<Isolate, { now: number; most: number }>();
  /** The last of the calls that run alone, one after the other. */
  #alone: Promise<unknown> = Promise.resolve();

  constructor(first: Isolate, load: () => Promise<Isolate | IsolateProblem>) {
    this.#current = first;
    this.#load = load;
  }

  async call(request: Uint8Array): Promise<CallOutcome> {
    const isolate = await this.#isolate();
    if ("code" in isolate) return { kind: "refused", problem: isolate };
    const { end, wasAlone } = await this.#in(isolate, request);
    if (end.kind === "answered") return end;
    if (end.kind === "overdue") {
      // Nobody knows what a call left behind that was cut off in the middle, so the isolate is replaced.
      this.#replace(isolate);
      return end;
    }
    if (wasAlone) return { kind: "out-of-memory" };
    const again = this.#alone.then(() => this.#callAlone(request));
    this.#alone = again;
    return again;
  }

  /** Runs the call in an isolate that no other call uses. */
  async #callAlone(request: Uint8Array): Promise<CallOutcome> {
    const isolate = await this.#load();
    if ("code" in isolate) return { kind: "refused", problem: isolate };
    const end = await isolate.call(bufferOf(request));
    isolate.dispose();
    return end.kind === "died" ? { kind: "out-of-memory" } : end;
  }

  async #in(isolate: Isolate, request: Uint8Array): Promise<{ readonly end: CallEnd; readonly wasAlone: boolean }> {
    const calls = this.#inFlight.get(isolate) ?? { now: 0, most: 0 };
    this.#inFlight.set(isolate, calls);
    calls.now++;
    // `most` is the largest number of calls that were in flight together; a later call that begins alone counts anew.
    calls.most = calls.now === 1 ? 1 : Math.max(calls.most, calls.now);
    const end = await isolate.call(bufferOf(request));
    const wasAlone = calls.most === 1;
    calls.now--;
    if (calls.now === 0 && isolate !== this.#current) {
      this.#inFlight.delete(isolate);
      isolate.dispose();
    }
    return { end, wasAlone };
  }

  /** New calls get another isolate; this one ends when its own calls have ended. */
  #replace(isolate: Isolate): void {
    if (this.#current !== isolate) return;
    this.#current = undefined;
    if ((this.#inFlight.get(isolate)?.now ?? 0) > 0) return;
    this.#inFlight.delete(isolate);
    isolate.dispose();
  }

  async #isolate(): Promise<Isolate | IsolateProblem> {
    if (this.#current !== undefined && !this.#current.isGone) return this.#current;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    const loaded = await this.#loading;
    if (!("code" in loaded)) this.#current = loaded;
    return loaded;
  }
}

/** Makes a copy, because the buffer is transferred to the isolate. */
function bufferOf(request: Uint8Array): ArrayBuffer {
  return Uint8Array.from(request).buffer;
}
