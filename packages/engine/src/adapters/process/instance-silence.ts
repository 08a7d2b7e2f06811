/**
 * InstanceSilence: whether one instance of a co-located endpoint hangs. When a call has run out of its time the instance is asked: one that
 * answers was kept waiting by this call alone; one that answers nobody is as good as dead, and any of its calls may be the cause.
 * Neighbours: transport-process.ts asks after each silent call, and sends nothing to an instance that hangs; answers.ts is the question.
 * Guarantee: at most one question is open, and `hangs` ends when the instance answers again or is gone.
 */
import { httpTarget, grpcAuthority } from "../http/transport-url.ts";
import { answers, type AskedPlace } from "./answers.ts";

/** A call ends this much later than its time at the most; the engine waits for longer than that. */
const askMsMax = 2_000;

export type AskInstance = (urlTemplate: string, withinMs: number) => Promise<boolean>;

export class InstanceSilence {
  readonly #urlTemplate: string;
  readonly #ask: AskInstance;
  #question: Promise<boolean> | undefined;
  #hangs = false;

  constructor(urlTemplate: string, ask: AskInstance) {
    this.#urlTemplate = urlTemplate;
    this.#ask = ask;
  }

  get hangs(): boolean {
    return this.#hangs;
  }

  /** A call to it has run out of its time. Returns whether it answers nobody else either. */
  async afterSilence(): Promise<boolean> {
    if (this.#hangs) return true;
    this.#question ??= this.#ask(this.#urlTemplate, askMsMax).finally(() => (this.#question = undefined));
    if (await this.#question) return false;
    if (!this.#hangs) {
      this.#hangs = true;
      void this.#untilHeard();
    }
    return true;
  }

  /** Ends with the instance, which is ended because it hangs. */
  async #untilHeard(): Promise<void> {
    while (!(await this.#ask(this.#urlTemplate, askMsMax)));
    this.#hangs = false;
  }
}

/** The question over the socket or port of the instance. */
export const askInstance: AskInstance = (urlTemplate, withinMs) => {
  const place = placeOf(urlTemplate);
  return place === undefined ? Promise.resolve(true) : answers(place, withinMs);
};

function placeOf(urlTemplate: string): AskedPlace | undefined {
  if (urlTemplate.startsWith("grpc")) {
    const parsed = grpcAuthority(urlTemplate, "");
    if (parsed.kind === "error") return undefined;
    return { at: at(parsed.socketPath, `http://${parsed.authority}`), protocol: "grpc", path: "/" };
  }
  const parsed = httpTarget(urlTemplate, "");
  if (parsed.kind === "error") return undefined;
  const { socketPath, origin, path } = parsed.target;
  return { at: at(socketPath, origin), protocol: "http", path };
}

function at(socketPath: string | undefined, origin: string): AskedPlace["at"] {
  return socketPath === undefined ? { kind: "port", port: Number(new URL(origin).port) } : { kind: "socket", path: socketPath };
}
