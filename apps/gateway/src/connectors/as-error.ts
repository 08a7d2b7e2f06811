/** AsError: turns the reason of an abort or a rejection, which may be any value, into an Error with its text. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
