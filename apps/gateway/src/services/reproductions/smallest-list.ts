/**
 * smallestList: delta debugging (ddmin): the fewest of a list's items, in their order, with which something still fails. It is pure except
 * for the question that it asks.
 * Neighbour: reproduction-search.ts asks functions.
 * Guarantee: the result fails, and without any single one of its items it does not; no list is tried twice. When every list with certain
 * items fails, exactly these items are left.
 */

/** Resolves with undefined when this list does not fail, else with the beginning of it that was needed. */
export type Fails = (list: readonly number[]) => Promise<readonly number[] | undefined>;

/** `list` is known to fail. */
export async function smallestList(list: readonly number[], fails: Fails): Promise<readonly number[]> {
  const asked = new Set<string>();
  let current = list;
  let pieces = 2;
  while (current.length > 1) {
    const smaller = await smallerOf(current, pieces, { fails, asked });
    if (smaller !== undefined) {
      current = smaller.list;
      pieces = Math.min(Math.max(2, smaller.pieces), current.length);
    } else if (pieces < current.length) pieces = Math.min(pieces * 2, current.length);
    else break;
  }
  return current;
}

interface Asking {
  readonly fails: Fails;
  /** Lists that are known not to fail. */
  readonly asked: Set<string>;
}

interface Smaller {
  readonly list: readonly number[];
  readonly pieces: number;
}

/** Tries each piece alone, then all pieces but one. */
async function smallerOf(current: readonly number[], pieces: number, asking: Asking): Promise<Smaller | undefined> {
  const chunks = chunksOf(current, pieces);
  if (pieces < current.length)
    for (const chunk of chunks.toReversed()) {
      const list = await ask(chunk, asking);
      if (list !== undefined) return { list, pieces: 2 };
    }
  for (const chunk of chunks) {
    const without = new Set(chunk);
    const list = await ask(
      current.filter((item) => !without.has(item)),
      asking,
    );
    if (list !== undefined) return { list, pieces: pieces - 1 };
  }
  return undefined;
}

async function ask(list: readonly number[], { fails, asked }: Asking): Promise<readonly number[] | undefined> {
  const key = list.join(" ");
  if (list.length === 0 || asked.has(key)) return undefined;
  const failed = await fails(list);
  if (failed === undefined) asked.add(key);
  return failed;
}

function chunksOf(list: readonly number[], pieces: number): (readonly number[])[] {
  return Array.from({ length: pieces }, (_, index) =>
    list.slice(Math.floor((index * list.length) / pieces), Math.floor(((index + 1) * list.length) / pieces)),
  );
}
