/**
 * ErasedSet: the addresses whose values are removed, and a quick "no" for rows that cannot name any of them. An id is in a row as its UTF-8
 * bytes, so most rows need not be decoded.
 * Neighbours: erase-row.ts and erase-record.ts ask.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { ErasureTarget } from "@signalbox/runtime/model/erasure";

const textEncoder = new TextEncoder();
/** With more ids than this, searching for each would cost more than decoding every row. */
const searchedIdsMax = 32;

export class ErasedSet {
  private readonly anyType = new Set<string>();
  private readonly typesOfId = new Map<string, Set<string>>();
  private readonly prefixes: readonly ErasureTarget[];
  private readonly searched: readonly Uint8Array[] | undefined;

  constructor(targets: readonly ErasureTarget[]) {
    this.prefixes = targets.filter(({ isPrefix }) => isPrefix === true);
    for (const { type, id, isPrefix } of targets) {
      if (isPrefix === true) continue;
      if (type === undefined) this.anyType.add(id);
      else this.typesOfId.set(id, (this.typesOfId.get(id) ?? new Set()).add(type));
    }
    const ids = new Set(targets.map(({ id }) => id));
    this.searched = ids.size > searchedIdsMax ? undefined : [...ids].map((id) => textEncoder.encode(id));
  }

  covers({ type, id }: Address): boolean {
    if (this.anyType.has(id) || this.typesOfId.get(id)?.has(type) === true) return true;
    return this.prefixes.some((prefix) => id.startsWith(prefix.id) && (prefix.type === undefined || prefix.type === type));
  }

  /** False when the row certainly names none of them. */
  mayBeIn(row: Uint8Array): boolean {
    return this.searched === undefined || this.searched.some((id) => holds(row, id));
  }
}

function holds(row: Uint8Array, wanted: Uint8Array): boolean {
  const [first] = wanted;
  if (first === undefined) return true;
  const last = row.length - wanted.length;
  for (let at = row.indexOf(first); at >= 0 && at <= last; at = row.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < wanted.length && row[at + matched] === wanted[matched]) matched++;
    if (matched === wanted.length) return true;
  }
  return false;
}
