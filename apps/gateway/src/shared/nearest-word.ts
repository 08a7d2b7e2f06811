/**
 * nearestWord: the right word that a wrong one was probably meant to be, for the suggestion beside an error.
 */

/** Returns undefined when no word is near, because no suggestion is better than a silly one. */
export function nearestWord(wrong: string, words: Iterable<string>): string | undefined {
  const plain = simplified(wrong);
  let best: { word: string; distance: number } | undefined;
  for (const word of words) {
    const distance = distanceOf(plain, simplified(word));
    if (best === undefined || distance < best.distance) best = { word, distance };
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(plain.length / 3)) ? best.word : undefined;
}

/** Removes what people usually get wrong, case and the signs between words: pool_size, poolSize, pool-size. */
function simplified(word: string): string {
  return word.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

/** A word that begins as the other does (url for urlPathTemplate) counts as one slip. */
function distanceOf(wrong: string, word: string): number {
  if (wrong.length >= 3 && word.startsWith(wrong)) return 1;
  return editDistance(wrong.slice(0, 100), word.slice(0, 100));
}

/** Counts the edits (add, remove, replace, swap neighbours) that lead from one text to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
