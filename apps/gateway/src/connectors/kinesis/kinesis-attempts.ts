/**
 * KinesisAttempts: repeats a call that may succeed later, with the framework's wait in between. A throttled call is repeated for as long as
 * it takes, and people see why; another failure is repeated a few times; then it is thrown and becomes the state of the connector.
 */
import { backoffMs } from "../backoff.ts";
import type { ConnectorContext } from "../connector.ts";
import { KinesisError } from "./kinesis-error.ts";
import { connectorFailureOf, failureOf } from "./kinesis-failure.ts";

type AttemptsContext = Pick<ConnectorContext, "wait" | "draw" | "slowed" | "signal">;

/** After so many throttled attempts in a row it is reported. */
const toldAfterAttempts = 3;
const transientAttemptsMax = 3;
const bounds = { firstMs: 250, mostMs: 10_000 };

export class KinesisAttempts {
  readonly #context: AttemptsContext;
  /** What is being throttled now. */
  readonly #slow = new Set<string>();

  constructor(context: AttemptsContext) {
    this.#context = context;
  }

  /** `expired` is thrown and not repeated, because the caller must ask for another iterator. */
  async call<T>(where: string, work: () => Promise<T>): Promise<T> {
    const { wait, draw, signal } = this.#context;
    for (let attempts = 1; ; attempts++) {
      try {
        const answer = await work();
        this.#goesOn(where);
        return answer;
      } catch (error) {
        if (signal.aborted || !(error instanceof KinesisError)) throw error;
        const failure = failureOf(error);
        if (failure.kind === "expired") throw error;
        const isRepeated =
          failure.kind === "throttled" || (failure.kind === "retry" && failure.afterMs === 0 && attempts < transientAttemptsMax);
        if (!isRepeated) throw connectorFailureOf(error);
        if (failure.kind === "throttled" && attempts >= toldAfterAttempts) this.#holds(where, failure);
        await wait(backoffMs(attempts - 1, draw(), bounds));
        signal.throwIfAborted();
      }
    }
  }

  #holds(where: string, { what, cure }: { readonly what: string; readonly cure: string }): void {
    this.#slow.add(where);
    this.#context.slowed({ what, cure });
  }

  #goesOn(where: string): void {
    if (this.#slow.delete(where) && this.#slow.size === 0) this.#context.slowed(undefined);
  }
}
