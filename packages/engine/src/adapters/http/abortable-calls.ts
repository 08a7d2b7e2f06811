/**
 * AbortableCalls: the calls that a signal gives up when it aborts. Calls under one signal share one listener, because the engine has one
 * signal for everything that it sends. Neighbours: transport-http.ts and transport-grpc.ts register each call; reply-call.ts says when it
 * has settled.
 */
import { LinkedSet } from "../../model/collections/linked-set.ts";
import type { CallOwner, ReplyCall } from "./reply-call.ts";

export class AbortableCalls {
  readonly #bySignal = new WeakMap<AbortSignal, CallsOfSignal>();

  under(signal: AbortSignal | undefined): CallsOfSignal | undefined {
    if (signal === undefined) return undefined;
    let calls = this.#bySignal.get(signal);
    if (calls === undefined) {
      calls = new CallsOfSignal(signal);
      this.#bySignal.set(signal, calls);
    }
    return calls;
  }
}

class CallsOfSignal implements CallOwner {
  readonly #calls = new LinkedSet<ReplyCall>();

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => {
      for (const call of this.#calls) call.abort();
    });
  }

  add(call: ReplyCall): void {
    this.#calls.add(call);
  }

  onSettled(call: ReplyCall): void {
    this.#calls.delete(call);
  }
}
