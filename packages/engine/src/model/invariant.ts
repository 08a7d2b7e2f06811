/**
 * Invariant: a broken invariant is a bug of the engine. It throws and is never retried: the runtime stops the partition, and the health
 * report says so.
 */
class InvariantError extends Error {
  constructor(message: string) {
    super(`invariant broken: ${message}`);
    this.name = "InvariantError";
  }
}

export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** The default branch of a switch over a closed union. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected variant ${JSON.stringify(value)}`);
}
