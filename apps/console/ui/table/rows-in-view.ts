/**
 * useRowsInView: which rows of a table are in the page: all, or, when there are many, those near the view, with the heights of the others.
 */
"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, type RefObject } from "react";

const VIRTUAL_FROM_ROWS = 150;

interface Heights {
  rowHeight: number;
  /** True when rows have facts, and differ in height. */
  narrow: boolean;
}

export interface RowsInView {
  first: number;
  last: number;
  /** The heights of the rows that are not in the page. */
  beforePx: number;
  afterPx: number;
  /** Measures rows that differ in height; undefined when all have the given height. */
  measure: ((row: HTMLElement | null) => void) | undefined;
  scrollTo: (index: number) => void;
}

/** Returns the rows that are in the page: all, or, when there are many, those near the view. */
export function useRowsInView(count: number, { rowHeight, narrow }: Heights, scroller: RefObject<HTMLDivElement | null>): RowsInView {
  const virtual = count > VIRTUAL_FROM_ROWS;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
    enabled: virtual,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, narrow]);
  const items = virtualizer.getVirtualItems();
  const scrollTo = useCallback(
    (index: number): void => {
      if (virtual) virtualizer.scrollToIndex(index);
      else scroller.current?.querySelector('[data-cursor="true"]')?.scrollIntoView({ block: "nearest" });
    },
    [virtual, virtualizer, scroller],
  );
  if (!virtual) return { first: 0, last: count - 1, beforePx: 0, afterPx: 0, measure: undefined, scrollTo };
  const [first, last] = [items[0], items.at(-1)];
  return {
    first: first?.index ?? 0,
    last: last?.index ?? 0,
    beforePx: first?.start ?? 0,
    afterPx: last === undefined ? 0 : virtualizer.getTotalSize() - last.end,
    measure: narrow ? virtualizer.measureElement : undefined,
    scrollTo,
  };
}
