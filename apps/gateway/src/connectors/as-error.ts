/** AsError: the reason of an abort or a rejection, which may be anything, as an error that tells it. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
