/**
 * Reject and RetryLater: errors that a handler throws to say what should happen to the message. Neighbours: dispatch.ts turns them into an
 * outcome, and the hosts turn that into their protocol's form.
 */
import { durationMs, type Duration } from "./duration.ts";

/**
 * This message can never be handled: the entity waits for a person at once, without further attempts.
 * @example
 * if (item.count <= 0) throw new Reject(`count is ${item.count}`);
 */
export class Reject extends Error {
  override readonly name = "Reject";
}

/**
 * Not now: the message is tried again after this time.
 * @example
 * if (!open) throw new RetryLater("5s", "the shop is closed");
 */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly afterMs: number;

  constructor(after: Duration, message = "not now") {
    super(message);
    this.afterMs = durationMs(after);
  }
}
