/** A failure of the function's own answer: the endpoint is up, this entity's reply cannot be committed. */
import type { Failure, FailureCode } from "@signalbox/runtime/model/failure";

export function wrongAnswer(code: FailureCode, message: string, cure: string): Failure {
  return { code, scope: "entity", message, cure, retryAfterMs: undefined, raw: undefined };
}
