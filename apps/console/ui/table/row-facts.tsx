/**
 * RowFacts: what a narrow table has no column for, under a row's columns and as wide as all of them, so that a phone loses nothing that a
 * wide screen shows. Neighbour: data-table.tsx decides which columns are hidden, by the same width. Nothing of it is in the page where the
 * columns are.
 */
import { useEffect, useState, type ReactElement, type ReactNode, type RefObject } from "react";

/** The same width as in the style of the columns that are hidden below "medium". */
const NARROW_BELOW_PX = 560;

export interface Fact<Row> {
  readonly key: string;
  readonly header: ReactNode;
  readonly mono?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** Whether the table, not the window, is narrow. */
export function useNarrow(scroller: RefObject<HTMLElement | null>): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    if (scroller.current === null) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setNarrow(entry.contentRect.width < NARROW_BELOW_PX);
    });
    watch.observe(scroller.current);
    return () => watch.disconnect();
  }, [scroller]);
  return narrow;
}

export function RowFacts<Row>({ row, facts }: { row: Row; facts: readonly Fact<Row>[] }): ReactElement {
  return (
    <dl className="mt-0.5 flex w-[calc(100cqw-2rem)] flex-wrap gap-x-4 pb-0.5 text-left font-sans text-[12px] leading-5 whitespace-normal">
      {facts.map(({ key, header, mono = false, cell }) => {
        const shown = cell(row);
        return shown === null || shown === undefined || shown === "" ? null : (
          <div key={key} className="flex max-w-full min-w-0 items-baseline gap-1.5 has-[dd:empty]:hidden">
            <dt className="shrink-0 text-quiet">{header}</dt>
            <dd className={mono ? "min-w-0 font-mono break-words tabular-nums" : "min-w-0 break-words"}>{shown}</dd>
          </div>
        );
      })}
    </dl>
  );
}
