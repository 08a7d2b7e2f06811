/**
 * inTurn: what is decided by looking at all people (whether an admin is left) and then changed, one after the other: two at once would each see the other one.
 * Neighbours: people-service.ts and provider-sign-in.ts change people by it.
 */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
