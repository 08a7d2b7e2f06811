/**
 * DataTable: dense rows (26 px) for comparing. It is one tab stop; arrows, Home, End, Page move, Enter opens, Space selects. When there are
 * many rows, only those near the view are in the page. Selecting never navigates; opening does. What a phone has no column for is shown
 * under the row's columns (row-facts.tsx).
 */
"use client";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactElement, type ReactNode } from "react";
import { naturalOrder } from "../../format/natural-order.ts";
import { cn } from "../cn.ts";
import { RowFacts, useNarrow } from "./row-facts.tsx";
import { useRowsInView } from "./rows-in-view.ts";

const ROW_HEIGHT_PX = 26;
const PAGE_ROWS = 12;
const FREE_COLUMN_PX_MIN = 120;
const PHONE_PX = 390;
/** The keys of columns with buttons or links. */
const leverKeys: ReadonlySet<string> = new Set(["act", "open"]);

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** CSS width; one column without a width takes the rest. */
  width?: string;
  /** What the number is, over how long: the title of the column's head. */
  explains?: string;
  align?: "left" | "right";
  mono?: boolean;
  /** Makes the column sortable. */
  sort?: (row: Row) => string | number;
  /** Shown only when the table (not the window) has room: from 960 px, or from 560 px when "medium". */
  wideOnly?: boolean | "medium";
}

export interface DataTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  selected?: string | null;
  onSelect?: ((row: Row) => void) | undefined;
  onOpen?: ((row: Row) => void) | undefined;
  rowClass?: (row: Row) => string | undefined;
  className?: string;
  /** The height of rows with two lines; one line when absent. */
  rowHeight?: number;
  /** Set when every column stays on a phone, and is scrolled to: for a result that a person asked for. */
  sideways?: boolean;
  /** Shown after the last row: "more", or the end. */
  foot?: ReactNode;
  /** Called when the rows were sorted by a column, or (null) returned to their original order. */
  onSorted?: (key: string | null) => void;
}

interface Sorting {
  key: string;
  descending: boolean;
}

function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sorting: Sorting | null): readonly Row[] {
  const by = sorting === null ? undefined : columns.find((column) => column.key === sorting.key)?.sort;
  if (by === undefined || sorting === null) return rows;
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const a = by(left);
    const b = by(right);
    return (typeof a === "number" && typeof b === "number" ? a - b : naturalOrder(String(a), String(b))) * sign;
  });
}

function roomFor(wideOnly: boolean | "medium" | undefined): string {
  if (wideOnly === "medium") return "@max-[560px]:hidden";
  return wideOnly === true ? "@max-[960px]:hidden" : "";
}

/** Returns the page's side margin, at both ends of the columns that are shown at each width. */
function edgesOf<Row>(columns: readonly Column<Row>[], at: number): string {
  const after = columns.slice(at + 1).map(({ wideOnly = false }) => wideOnly);
  return cn(
    at === 0 && "pl-4",
    after.length === 0 && "pr-4",
    after.every((only) => only !== false) && "@max-[560px]:pr-4",
    after.every((only) => only === true) && "@max-[960px]:pr-4",
  );
}

/** Makes an id of a row key, which is any text, while an id reference must hold no space. */
function rowId(table: string, key: string): string {
  return `${table}-${encodeURIComponent(key)}`;
}

/**
 * Returns the columns that stay on a phone: the first one, the one that takes the rest and those with buttons, then in order those that
 * have room; the others are shown under them.
 */
function fitting<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const narrow = columns.filter(({ wideOnly = false }) => wideOnly === false);
  const mustStay = ({ key, width }: Column<Row>): boolean => key === narrow[0]?.key || width === undefined || leverKeys.has(key);
  const kept = narrow.filter(mustStay);
  for (const column of narrow) if (!mustStay(column) && narrowestPx([...kept, column]) <= PHONE_PX) kept.push(column);
  return columns.map((column) => (narrow.includes(column) && !kept.includes(column) ? { ...column, wideOnly: "medium" } : column));
}

/** Under this width the table scrolls sideways, so that the column without a width never vanishes. */
function narrowestPx<Row>(columns: readonly Column<Row>[]): number {
  return columns
    .filter((column) => (column.wideOnly ?? false) === false)
    .reduce((sum, column) => sum + (column.width?.endsWith("px") === true ? Number.parseInt(column.width, 10) : FREE_COLUMN_PX_MIN), 0);
}

const isHidden = <Row,>({ wideOnly = false }: Column<Row>): boolean => wideOnly !== false;

/** Sorts up, then down, then in the original order. */
function nextSorting(before: Sorting | null, key: string): Sorting | null {
  if (before?.key !== key) return { key, descending: false };
  return before.descending ? null : { key, descending: true };
}

interface GridActions<Row> {
  /** The index of the active row; -1 when there is none. */
  at: number;
  onMove: (row: Row) => void;
  onSelect: ((row: Row) => void) | undefined;
  onOpen: ((row: Row) => void) | undefined;
}

function gridKeys<Row>(rows: readonly Row[], { at, onMove, onSelect, onOpen }: GridActions<Row>): (event: KeyboardEvent) => void {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: rows.length - 1,
    PageDown: at + PAGE_ROWS,
    PageUp: at - PAGE_ROWS,
  };
  return (event) => {
    if (event.target !== event.currentTarget) return;
    const row = rows[at];
    const target = steps[event.key];
    if (target !== undefined) {
      const next = rows[Math.max(0, Math.min(rows.length - 1, target))];
      if (next !== undefined) onMove(next);
    } else if (event.key === "Enter" && row !== undefined) onOpen?.(row);
    else if (event.key === " " && row !== undefined) onSelect?.(row);
    else return;
    event.preventDefault();
  };
}

/** A click on a link or a button in a row belongs to that control only. */
function isOfRow({ target, currentTarget }: MouseEvent): boolean {
  return target instanceof Element && currentTarget.contains(target) && target.closest("a, button, input, select, label, summary") === null;
}

function useSorted<Row>({ rows: given, columns, onSorted }: Pick<DataTableProps<Row>, "rows" | "columns" | "onSorted">) {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const rows = useMemo(() => sortRows(given, columns, sorting), [given, columns, sorting]);
  const sortBy = (key: string): void => {
    const next = nextSorting(sorting, key);
    setSorting(next);
    onSorted?.(next?.key ?? null);
  };
  return { rows, sorting, sortBy };
}

export function DataTable<Row>({ columns: all, sideways = false, ...props }: DataTableProps<Row>): ReactElement {
  const columns = useMemo(() => (sideways ? all : fitting(all)), [all, sideways]);
  return <Grid {...props} columns={columns} />;
}

function Grid<Row>(props: Omit<DataTableProps<Row>, "sideways">): ReactElement {
  const { label, columns, rowKey, selected = null, onSelect, onOpen, rowClass, className, rowHeight = ROW_HEIGHT_PX, foot } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const { rows, sorting, sortBy } = useSorted(props);
  const narrow = useNarrow(scroller);
  const { first, last, beforePx, afterPx, measure, scrollTo } = useRowsInView(rows.length, { rowHeight, narrow }, scroller);
  const facts = useMemo(() => (narrow ? columns.filter(isHidden) : []), [narrow, columns]);
  const active = cursor ?? selected;
  const activeIndex = active === null ? -1 : rows.findIndex((row) => rowKey(row) === active);

  useEffect(() => {
    if (cursor === null || activeIndex < 0) return;
    scrollTo(activeIndex);
  }, [cursor, activeIndex, scrollTo]);

  const move = (row: Row, then: ((row: Row) => void) | undefined): void => {
    setCursor(rowKey(row));
    then?.(row);
  };
  const onKeyDown = gridKeys(rows, {
    at: activeIndex,
    onMove: (row) => move(row, onSelect),
    onSelect,
    onOpen: onOpen ?? onSelect,
  });
  const choose = onSelect ?? onOpen;

  return (
    <div ref={scroller} className={cn("@container relative min-h-0 overflow-auto", className)}>
      <table
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length}
        tabIndex={0}
        aria-activedescendant={activeIndex < first || activeIndex > last || active === null ? undefined : rowId(id, active)}
        onKeyDown={onKeyDown}
        style={{ minWidth: narrowestPx(columns) }}
        className="w-full table-fixed border-collapse text-[12px] focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-message"
      >
        <Head columns={columns} sorting={sorting} onSort={sortBy} />
        <tbody>
          <Spacer height={beforePx} />
          {rows.slice(first, last + 1).map((row, at) => (
            <BodyRow
              key={rowKey(row)}
              ref={measure}
              index={first + at}
              id={rowId(id, rowKey(row))}
              row={row}
              height={rowHeight}
              columns={columns}
              facts={facts}
              selected={rowKey(row) === selected}
              atCursor={rowKey(row) === active}
              className={rowClass?.(row)}
              onClick={choose === undefined ? undefined : (event) => isOfRow(event) && move(row, choose)}
              onDoubleClick={(event) => isOfRow(event) && onOpen?.(row)}
            />
          ))}
          <Spacer height={afterPx} />
        </tbody>
      </table>
      {foot}
    </div>
  );
}

interface HeadProps<Row> {
  columns: readonly Column<Row>[];
  sorting: Sorting | null;
  onSort: (key: string) => void;
}

function Head<Row>({ columns, sorting, onSort }: HeadProps<Row>): ReactElement {
  return (
    <thead className="sticky top-0 z-10 bg-panel">
      <tr className="h-[26px]">
        {columns.map((column, at) => (
          <HeaderCell key={column.key} edges={edgesOf(columns, at)} column={column} sorting={sorting} onSort={() => onSort(column.key)} />
        ))}
      </tr>
    </thead>
  );
}

interface BodyRowProps<Row> {
  ref: ((row: HTMLElement | null) => void) | undefined;
  index: number;
  id: string;
  row: Row;
  height: number;
  columns: readonly Column<Row>[];
  /** The facts under the columns; empty when all columns are shown. */
  facts: readonly Column<Row>[];
  selected: boolean;
  atCursor: boolean;
  className: string | undefined;
  onClick: ((event: MouseEvent) => void) | undefined;
  onDoubleClick: (event: MouseEvent) => void;
}

function BodyRow<Row>({
  ref,
  index,
  id,
  row,
  height,
  columns,
  facts,
  selected,
  atCursor,
  className,
  onClick,
  onDoubleClick,
}: BodyRowProps<Row>): ReactElement {
  const withFacts = facts.length > 0;
  return (
    <tr
      ref={ref}
      data-index={index}
      id={id}
      aria-selected={selected}
      data-cursor={atCursor}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      style={{ height }}
      className={cn(
        "border-t border-line",
        onClick !== undefined && "cursor-default hover:bg-hover",
        selected && "bg-selected hover:bg-selected",
        className,
      )}
    >
      {columns.map((column, at) => (
        <td
          key={column.key}
          className={cn(
            "px-2",
            // The facts are in the first cell, and as wide as the table.
            withFacts && at === 0 ? "whitespace-nowrap" : "truncate",
            withFacts && "py-1 align-top leading-5",
            edgesOf(columns, at),
            column.align === "right" && "text-right",
            column.mono === true && "font-mono tabular-nums",
            roomFor(column.wideOnly),
          )}
        >
          {withFacts && at === 0 ? (
            <>
              <div className="truncate" style={{ minHeight: height - 8 }}>
                {column.cell(row)}
              </div>
              <RowFacts row={row} facts={facts} />
            </>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

function Spacer({ height }: { height: number }): ReactElement | null {
  return height <= 0 ? null : (
    <tr aria-hidden>
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  edges: string;
  sorting: Sorting | null;
  onSort: () => void;
}

function HeaderCell<Row>({ column, edges, sorting, onSort }: HeaderCellProps<Row>): ReactElement {
  const on = sorting?.key === column.key;
  const direction = !on ? undefined : sorting?.descending === true ? "descending" : "ascending";
  return (
    <th
      scope="col"
      aria-sort={column.sort === undefined ? undefined : (direction ?? "none")}
      title={column.explains}
      style={column.width === undefined ? undefined : { width: column.width }}
      className={cn(
        "truncate px-2 font-normal text-quiet",
        edges,
        column.align === "right" ? "text-right" : "text-left",
        roomFor(column.wideOnly),
      )}
    >
      {column.sort === undefined ? (
        column.header
      ) : (
        <button
          type="button"
          onClick={onSort}
          className="rounded-[3px] hover:text-text focus-visible:outline-2 focus-visible:outline-message"
        >
          {column.header}
          <span aria-hidden className="font-mono">
            {direction === undefined ? "" : direction === "descending" ? " ↓" : " ↑"}
          </span>
        </button>
      )}
    </th>
  );
}
