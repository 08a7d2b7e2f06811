/**
 * TypeSums: the pieces of a comparison by type, added up, with what waits on both sides. It is pure. Neighbour: compared-types.tsx.
 */
import type { AroundSideView, ComparedTypes } from "../../trpc/views.ts";

/** Counts of both sides; null when the side does not know. */
export interface SidePair {
  readonly from: number | null;
  readonly to: number | null;
}

export interface TypeSum {
  readonly type: string;
  came: number;
  went: number;
  changed: number;
  same: number;
  waiting: SidePair;
  delayed: SidePair;
}

const none: SidePair = { from: 0, to: 0 };

/** Types that differ come first, each part by name. */
export function sumTypes(pages: readonly ComparedTypes[]): TypeSum[] {
  const sums = new Map<string, TypeSum>();
  const sumOf = (type: string): TypeSum => {
    const known = sums.get(type) ?? { type, came: 0, went: 0, changed: 0, same: 0, waiting: none, delayed: none };
    sums.set(type, known);
    return known;
  };
  for (const row of pages.flatMap(({ types }) => types)) {
    const sum = sumOf(row.type);
    for (const kind of ["came", "went", "changed", "same"] as const) sum[kind] += row[kind];
  }
  const around = pages[0]?.around ?? null;
  if (around !== null) {
    for (const kind of ["waiting", "delayed"] as const)
      for (const { type } of [...(around.from[kind] ?? []), ...(around.to[kind] ?? [])]) sumOf(type);
    for (const sum of sums.values())
      for (const kind of ["waiting", "delayed"] as const)
        sum[kind] = { from: countIn(around.from[kind], sum.type), to: countIn(around.to[kind], sum.type) };
  }
  return [...sums.values()].sort(
    (left, right) => Number(differs(right)) - Number(differs(left)) || (left.type < right.type ? -1 : left.type > right.type ? 1 : 0),
  );
}

function countIn(counts: AroundSideView["waiting"], type: string): number | null {
  return counts === null ? null : (counts.find((row) => row.type === type)?.count ?? 0);
}

export function differs({ came, went, changed, waiting, delayed }: TypeSum): boolean {
  return came + went + changed > 0 || pairDiffers(waiting) || pairDiffers(delayed);
}

export function pairDiffers({ from, to }: SidePair): boolean {
  return from !== null && to !== null && from !== to;
}

export interface LookedSum {
  readonly entities: number;
  readonly bytes: number;
  /** Null when it reached the end. */
  readonly stoppedAfter: { readonly type: string; readonly id: string } | null;
}

export function lookedSum(pages: readonly Pick<ComparedTypes, "looked">[]): LookedSum {
  return {
    entities: pages.reduce((sum, { looked }) => sum + looked.entities, 0),
    bytes: pages.reduce((sum, { looked }) => sum + looked.bytes, 0),
    stoppedAfter: pages.at(-1)?.looked.stoppedAfter ?? null,
  };
}
