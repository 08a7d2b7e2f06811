/**
 * SortedKeys: the keys of a layer in the order of their UTF-8 bytes, sorted only when a scan asks, and only for keys with the first
 * character of the scan's range: what is never scanned is never sorted. Dead keys are taken out once they are a quarter of such a family,
 * because every key of the engine comes and goes here and a scan would pass all of them. A cursor survives keys that are added or taken out
 * during the scan; which rows it may show is decided by their slots (overlay-layer.ts).
 */
import { firstNotBelow, leafIndexFor } from "../../model/collections/sorted-leaves.ts";
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import type { ScanRange } from "../../ports/store.ts";

/** A leaf that grows beyond this is cut in two. */
const leafKeysMax = 512;
/** Up to so many new keys are inserted one by one; more are sorted together with the existing ones. */
const singlyAddedMax = 256;
/** A scan skips fewer dead keys than this in less time than it takes to take them out. */
const deadKeysMinByDefault = 256;
/** UTF-16's own order is that of UTF-8 as long as no unit is one of these. */
const unlikeUtf8 = /[\ud800-\uffff]/;

export interface KeyCursor {
  /** The key at which the cursor stands; undefined when there are no more. */
  readonly key: string | undefined;
  next(): void;
}

export interface SortedKeysOptions {
  /** How many keys must be dead before any are taken out. */
  readonly deadKeysMin?: number;
}

/** Whether a key that may be dead is forgotten, because no reader sees it any more. */
type Forgets = (key: string) => boolean;

export class SortedKeys {
  private readonly families = new Map<string, KeyFamily>();
  private readonly deadKeysMin: number;

  constructor({ deadKeysMin = deadKeysMinByDefault }: SortedKeysOptions) {
    this.deadKeysMin = deadKeysMin;
  }

  add(key: string): void {
    const first = key.charAt(0);
    let family = this.families.get(first);
    if (family === undefined) this.families.set(first, (family = new KeyFamily(first)));
    family.added.push(key);
  }

  /** The key has no row any more for readers that begin from now on. */
  died(key: string): void {
    const family = this.families.get(key.charAt(0));
    if (family !== undefined) family.dead++;
  }

  cursor(range: ScanRange, forgets: Forgets): KeyCursor {
    const lower = range.gt ?? range.gte ?? "";
    const families = [...this.families.values()]
      .filter(({ first }) => compareUtf8(first, lower.charAt(0)) >= 0 && compareUtf8(first, range.lt.charAt(0)) <= 0)
      .toSorted((a, b) => compareUtf8(a.first, b.first));
    if (range.reverse === true) families.reverse();
    for (const family of families) family.takeOut(this.deadKeysMin, forgets);
    return new FamiliesCursor(families, range);
  }
}

interface KeyPlace {
  readonly leaf: number;
  readonly index: number;
}

/** The keys that begin with one UTF-16 unit. */
class KeyFamily {
  readonly first: string;
  /** Keys that are not in the leaves yet. */
  added: string[] = [];
  /** No leaf is empty. */
  leaves: { readonly keys: string[] }[] = [];
  /** About how many of the keys in `added` and in the leaves are dead. */
  dead = 0;
  /** Counts the changes that moved keys to other places. */
  moves = 0;
  private size = 0;
  private plain = true;

  constructor(first: string) {
    this.first = first;
  }

  /** Undefined when there is none. */
  firstNotBelow(bound: string): KeyPlace | undefined {
    this.takeAdded();
    const leaf = leafIndexFor(this.leaves, bound);
    const index = firstNotBelow(this.leaves[leaf]?.keys ?? [], bound);
    if (index < (this.leaves[leaf]?.keys.length ?? 0)) return { leaf, index };
    return leaf + 1 < this.leaves.length ? { leaf: leaf + 1, index: 0 } : undefined;
  }

  lastBelow(bound: string): KeyPlace | undefined {
    this.takeAdded();
    const leaf = leafIndexFor(this.leaves, bound);
    const index = firstNotBelow(this.leaves[leaf]?.keys ?? [], bound) - 1;
    if (index >= 0) return { leaf, index };
    return leaf > 0 ? { leaf: leaf - 1, index: (this.leaves[leaf - 1]?.keys.length ?? 0) - 1 } : undefined;
  }

  /** The place beside one that was found at a given count of `moves`; undefined when there is none, or when keys have moved since. */
  beside({ leaf, index }: KeyPlace, step: 1 | -1): KeyPlace | undefined {
    const next = index + step;
    if (next >= 0 && next < (this.leaves[leaf]?.keys.length ?? 0)) return { leaf, index: next };
    const other = this.leaves[leaf + step];
    return other === undefined ? undefined : { leaf: leaf + step, index: step > 0 ? 0 : other.keys.length - 1 };
  }

  /** Takes out dead keys once there are many. Keys that a reader still sees stay until as many more have died. */
  takeOut(deadKeysMin: number, forgets: Forgets): void {
    if (this.dead < Math.max(deadKeysMin, (this.size + this.added.length) / 4)) return;
    const stays = (key: string): boolean => !forgets(key);
    this.added = this.added.filter(stays);
    this.leaves = this.leaves.map(({ keys }) => ({ keys: keys.filter(stays) })).filter(({ keys }) => keys.length > 0);
    this.size = this.leaves.reduce((sum, { keys }) => sum + keys.length, 0);
    this.dead = 0;
    this.moves++;
  }

  private takeAdded(): void {
    const { added } = this;
    if (added.length === 0) return;
    this.added = [];
    this.moves++;
    this.plain &&= !added.some((key) => unlikeUtf8.test(key));
    if (added.length > singlyAddedMax && added.length * 4 > this.size) {
      const all = [...this.leaves.flatMap(({ keys }) => keys), ...added];
      // Without a comparison function V8 sorts five times faster.
      if (this.plain) all.sort();
      else all.sort(compareUtf8);
      this.leaves = [];
      for (let at = 0; at < all.length; at += leafKeysMax / 2) this.leaves.push({ keys: all.slice(at, at + leafKeysMax / 2) });
    } else for (const key of added) this.insert(key);
    this.size += added.length;
  }

  private insert(key: string): void {
    const at = leafIndexFor(this.leaves, key);
    const leaf = this.leaves[at];
    if (leaf === undefined) {
      this.leaves.push({ keys: [key] });
      return;
    }
    leaf.keys.splice(firstNotBelow(leaf.keys, key), 0, key);
    if (leaf.keys.length > leafKeysMax) this.leaves.splice(at + 1, 0, { keys: leaf.keys.splice(leafKeysMax / 2) });
  }
}

/** Goes from key to key, and searches for its place again when keys have moved. */
class FamiliesCursor implements KeyCursor {
  key: string | undefined;
  private readonly families: readonly KeyFamily[];
  private readonly range: ScanRange;
  private at = 0;
  private place: KeyPlace | undefined;
  private moves = 0;

  constructor(families: readonly KeyFamily[], range: ScanRange) {
    this.families = families;
    this.range = range;
    if (range.reverse === true) this.seek((family) => family.lastBelow(range.lt));
    else this.seekFrom(range.gt ?? range.gte ?? "", range.gt !== undefined);
  }

  next(): void {
    const { key, place, range } = this;
    if (key === undefined) return;
    const family = this.families[this.at];
    if (family !== undefined && place !== undefined && family.moves === this.moves) {
      const beside = family.beside(place, range.reverse === true ? -1 : 1);
      if (beside !== undefined) return this.stand(family, beside);
      this.at++;
    }
    if (range.reverse === true) this.seek((other) => other.lastBelow(key));
    else this.seekFrom(key, true);
  }

  /** The text that directly follows another one is that text with a NUL after it. */
  private seekFrom(bound: string, above: boolean): void {
    this.seek((family) => family.firstNotBelow(above ? `${bound}\0` : bound));
  }

  private seek(find: (family: KeyFamily) => KeyPlace | undefined): void {
    for (; this.at < this.families.length; this.at++) {
      const family = this.families[this.at];
      const place = family === undefined ? undefined : find(family);
      if (family !== undefined && place !== undefined) return this.stand(family, place);
    }
    this.key = undefined;
  }

  private stand(family: KeyFamily, place: KeyPlace): void {
    const key = family.leaves[place.leaf]?.keys[place.index];
    this.place = place;
    this.moves = family.moves;
    this.key = key !== undefined && compareUtf8(key, this.range.lt) < 0 && this.reachesLower(key) ? key : undefined;
  }

  private reachesLower(key: string): boolean {
    const { gt, gte } = this.range;
    return (gt === undefined || compareUtf8(key, gt) > 0) && (gte === undefined || compareUtf8(key, gte) >= 0);
  }
}
