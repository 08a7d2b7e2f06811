/**
 * IsolateCalls: calls to functions in isolates of one process: a fresh isolate when one was used up, and the right call blamed for it.
 * Neighbours: isolate.ts is one isolate; isolate-server.ts brings calls.
 * Guarantee: each call ends once. One whose isolate was ended by a neighbour goes again by itself, alone, so that whoever ends an isolate a
 * second time is the one that does it.
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
  /** The last of those that go alone. */
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
      // What a call leaves behind that was cut off in the middle nobody knows.
      this.#replace(isolate);
      return end;
    }
    if (wasAlone) return { kind: "out-of-memory" };
    const again = this.#alone.then(() => this.#callAlone(request));
    this.#alone = again;
    return again;
  }

  /** In an isolate that nobody else has. */
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
    // Of those that are in flight together; a later one alone begins to count anew.
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

  /** New calls get another one; it ends when its own have ended. */
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

/** A copy of its own: it is handed over. */
function bufferOf(request: Uint8Array): ArrayBuffer {
  return Uint8Array.from(request).buffer;
}
