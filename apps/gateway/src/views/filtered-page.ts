/**
 * filteredPage: makes one page of what fits a filter, from pages that are read until there are enough rows, or until the time or the number
 * of rows of one answer is used up. It says how far it looked, and its cursor continues from there. Neighbours: services and
 * flow/past-rows.ts give the pages.
 * Guarantee: the thread is held no longer than sliceMsMax and one look at a time.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { LookedView } from "../contract/shapes/filter.ts";
import type { Look } from "../shared/filter/compile-filter.ts";

const rowsLookedMax = 20_000;
const lookedMsMax = 400;
const sliceMsMax = 8;

export interface PageOf<T> {
  readonly items: readonly T[];
  readonly cursor: string | undefined;
}

export interface FilteredPageQuery<T> {
  readonly read: (page: { readonly cursor: string | undefined; readonly limit: number }) => Promise<PageOf<T>>;
  readonly look: (item: T) => Look;
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
  /** The limits of this answer; when absent, those of a list that a person waits for. */
  readonly rowsMax?: number | undefined;
  readonly msMax?: number | undefined;
}

export async function filteredPage<T>(query: FilteredPageQuery<T>): Promise<PageOf<T> & { readonly looked: LookedView }> {
  const { read, look, limit, signal, rowsMax = rowsLookedMax, msMax = lookedMsMax } = query;
  const endMs = performance.now() + msMax;
  const counted = new LookCount();
  const items: T[] = [];
  let cursor = query.cursor;
  const wanted = (): boolean => items.length < limit / 2 && (items.length === 0 || counted.rows > items.length);
  // A page that is half full, or of which everything fitted, is returned, because the rest would be read in ever smaller pieces.
  do {
    const page = await read({ cursor, limit: Math.min(limit - items.length, Math.max(1, rowsMax - counted.rows)) });
    items.push(...(await fittingOf(page.items, { look, counted })));
    cursor = page.cursor;
  } while (cursor !== undefined && wanted() && counted.rows < rowsMax && performance.now() < endMs && !signal.aborted);
  return { items, cursor, looked: counted.view(cursor === undefined || !wanted()) };
}

/** Returns the rows that fit, of rows that are at hand. */
export async function lookThrough<T>(rows: readonly T[], look: (row: T) => Look): Promise<{ items: T[]; looked: LookedView }> {
  const counted = new LookCount();
  return { items: await fittingOf(rows, { look, counted }), looked: counted.view(true) };
}

async function fittingOf<T>(rows: readonly T[], { look, counted }: { look: (row: T) => Look; counted: LookCount }): Promise<T[]> {
  const fitting: T[] = [];
  let sliceEndMs = performance.now() + sliceMsMax;
  for (const row of rows) {
    if (counted.take(look(row))) fitting.push(row);
    if (performance.now() < sliceEndMs) continue;
    await nextTurn();
    sliceEndMs = performance.now() + sliceMsMax;
  }
  return fitting;
}

/** Counts looks, and keeps why the first unclear one was unclear. */
export class LookCount {
  rows = 0;
  #unclear = 0;
  #why: string | null = null;

  /** Counts the look and returns whether the row fits. */
  take(look: Look): boolean {
    this.rows += 1;
    if (look.kind === "unclear") {
      this.#unclear += 1;
      this.#why ??= look.why;
    }
    return look.kind === "fits";
  }

  view(complete: boolean): LookedView {
    return { rows: this.rows, complete, unclear: this.#unclear, unclearWhy: this.#why };
  }
}
