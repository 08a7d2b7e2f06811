/**
 * DataTable: dense rows (26 px) for comparing. One tab stop; arrows, Home, End, Page move, Enter opens, Space selects. Only rows
 * near the view are in the page once there are many. Selecting never navigates; opening does.
 */
"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from "react";
import { naturalOrder } from "../format/natural-order.ts";
import { cn } from "./cn.ts";

const ROW_HEIGHT_PX = 26;
const VIRTUAL_FROM_ROWS = 150;
const PAGE_ROWS = 12;
const FREE_COLUMN_PX_MIN = 120;

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** CSS width; one column without a width takes the rest. */
  width?: string;
  /** What the number is, over how long: the title of the head. */
  explains?: string;
  align?: "left" | "right";
  mono?: boolean;
  /** Makes the column sortable. */
  sort?: (row: Row) => string | number;
  /** Shown only where the table (not the window) has room: from 960 px, or from 560 px when "medium". */
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
  /** After the last row: "more", or the end. */
  foot?: ReactNode;
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

/** Row keys are any text; an id reference must hold no space. */
function rowId(table: string, key: string): string {
  return `${table}-${encodeURIComponent(key)}`;
}

/** Under this the table scrolls sideways, so that the column without a width never vanishes. */
function narrowestPx<Row>(columns: readonly Column<Row>[]): number {
  return columns
    .filter((column) => (column.wideOnly ?? false) === false)
    .reduce((sum, column) => sum + (column.width?.endsWith("px") === true ? Number.parseInt(column.width, 10) : FREE_COLUMN_PX_MIN), 0);
}

export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { label, columns, rowKey, selected = null, onSelect, onOpen, rowClass, className, foot } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const rows = useMemo(() => sortRows(props.rows, columns, sorting), [props.rows, columns, sorting]);
  const virtual = rows.length > VIRTUAL_FROM_ROWS;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 20,
    enabled: virtual,
  });
  const items = virtualizer.getVirtualItems();
  const first = virtual ? (items[0]?.index ?? 0) : 0;
  const last = virtual ? (items.at(-1)?.index ?? 0) : rows.length - 1;
  const active = cursor ?? selected;
  const activeIndex = active === null ? -1 : rows.findIndex((row) => rowKey(row) === active);

  useEffect(() => {
    if (cursor === null || activeIndex < 0) return;
    if (virtual) virtualizer.scrollToIndex(activeIndex);
    else scroller.current?.querySelector('[data-cursor="true"]')?.scrollIntoView({ block: "nearest" });
  }, [cursor, activeIndex, virtual, virtualizer]);

  function moveTo(index: number): void {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setCursor(rowKey(row));
    onSelect?.(row);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return;
    const row = rows[activeIndex];
    const steps: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: activeIndex + PAGE_ROWS,
      PageUp: activeIndex - PAGE_ROWS,
    };
    const target = steps[event.key];
    if (target !== undefined) moveTo(target);
    else if (event.key === "Enter" && row !== undefined) (onOpen ?? onSelect)?.(row);
    else if (event.key === " " && row !== undefined) onSelect?.(row);
    else return;
    event.preventDefault();
  }

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
        className="w-full table-fixed border-collapse text-[12px] outline-none focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-message"
      >
        <thead className="sticky top-0 z-10 bg-panel">
          <tr className="h-[26px]">
            {columns.map((column) => (
              <HeaderCell
                key={column.key}
                column={column}
                sorting={sorting}
                onSort={() =>
                  setSorting((before) =>
                    before?.key !== column.key
                      ? { key: column.key, descending: false }
                      : before.descending
                        ? null
                        : { key: column.key, descending: true },
                  )
                }
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {virtual ? <Spacer height={first * ROW_HEIGHT_PX} /> : null}
          {rows.slice(first, last + 1).map((row) => (
            <BodyRow
              key={rowKey(row)}
              id={rowId(id, rowKey(row))}
              row={row}
              columns={columns}
              selected={rowKey(row) === selected}
              atCursor={rowKey(row) === active}
              className={rowClass?.(row)}
              onClick={
                (onSelect ?? onOpen) === undefined
                  ? undefined
                  : () => {
                      setCursor(rowKey(row));
                      (onSelect ?? onOpen)?.(row);
                    }
              }
              onDoubleClick={() => onOpen?.(row)}
            />
          ))}
          {virtual ? <Spacer height={(rows.length - 1 - last) * ROW_HEIGHT_PX} /> : null}
        </tbody>
      </table>
      {foot}
    </div>
  );
}

interface BodyRowProps<Row> {
  id: string;
  row: Row;
  columns: readonly Column<Row>[];
  selected: boolean;
  atCursor: boolean;
  className: string | undefined;
  onClick: (() => void) | undefined;
  onDoubleClick: () => void;
}

function BodyRow<Row>({ id, row, columns, selected, atCursor, className, onClick, onDoubleClick }: BodyRowProps<Row>): ReactElement {
  return (
    <tr
      id={id}
      aria-selected={selected}
      data-cursor={atCursor}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      className={cn(
        "h-[26px] border-t border-line",
        onClick !== undefined && "cursor-default hover:bg-hover",
        selected && "bg-selected hover:bg-selected",
        className,
      )}
    >
      {columns.map((column) => (
        <td
          key={column.key}
          className={cn(
            "truncate px-2 first:pl-3 last:pr-3",
            column.align === "right" && "text-right",
            column.mono === true && "font-mono tabular-nums",
            roomFor(column.wideOnly),
          )}
        >
          {column.cell(row)}
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

function HeaderCell<Row>({ column, sorting, onSort }: { column: Column<Row>; sorting: Sorting | null; onSort: () => void }): ReactElement {
  const on = sorting?.key === column.key;
  const direction = !on ? undefined : sorting?.descending === true ? "descending" : "ascending";
  return (
    <th
      scope="col"
      aria-sort={column.sort === undefined ? undefined : (direction ?? "none")}
      title={column.explains}
      style={column.width === undefined ? undefined : { width: column.width }}
      className={cn(
        "truncate px-2 font-normal text-quiet first:pl-3 last:pr-3",
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
