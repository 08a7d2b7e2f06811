/**
 * inTurn: runs pieces of work that read something and then change it, one after the other, also when one fails. Two at once would each
 * decide by what the other is about to change. Neighbours: people, modules and demos have one each.
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
