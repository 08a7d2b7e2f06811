/**
 * entityColumns: the columns of the list of entities: the id, what the state holds, its status, what waits, and when it was written.
 */
import { grouped } from "../../format/numbers.ts";
import type { EntityColumn, EntityDataRow } from "../../trpc/views.ts";
import type { Column } from "../../ui/table/data-table.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import type { EntitiesWords } from "../../words/entities/en.ts";
import { EntityStatusWord } from "./entity-status.tsx";

const shownAlwaysMax = 3;

export function entityColumns(columns: readonly EntityColumn[], words: EntitiesWords): Column<EntityDataRow>[] {
  return [
    {
      key: "id",
      header: words.columns.id,
      mono: true,
      cell: (row) => (row.address.id === "" ? <span className="text-quiet">{words.emptyId}</span> : <MiddleCut text={row.address.id} />),
      sort: (row) => row.address.id,
    },
    ...columns.map((column, at) => stateColumn(column, at)),
    {
      key: "status",
      header: words.columns.status,
      width: "110px",
      cell: (row) => <EntityStatusWord status={row.status} />,
      sort: (row) => row.status,
      wideOnly: "medium",
    },
    {
      key: "waiting",
      header: words.columns.waiting,
      width: "78px",
      align: "right",
      mono: true,
      cell: (row) => (row.mailboxDepth === 0 ? <span className="text-quiet">0</span> : grouped(row.mailboxDepth)),
      sort: (row) => row.mailboxDepth,
    },
    {
      key: "written",
      header: words.columns.written,
      width: "104px",
      align: "right",
      cell: (row) => (row.writtenMs === null ? <span className="text-quiet">{words.never}</span> : <Ago atMs={row.writtenMs} />),
      sort: (row) => row.writtenMs ?? 0,
      wideOnly: "medium",
    },
  ];
}

function stateColumn({ path, kind }: EntityColumn, at: number): Column<EntityDataRow> {
  const numeric = kind === "number";
  return {
    key: path,
    header: path,
    explains: `state.${path}`,
    width: numeric ? "112px" : "132px",
    mono: true,
    ...(numeric ? { align: "right" as const } : {}),
    ...(at < shownAlwaysMax ? {} : { wideOnly: true as const }),
    cell: (row) => <Cell row={row} path={path} />,
    sort: (row) => sortKey(row, path),
  };
}

function Cell({ row, path }: { row: EntityDataRow; path: string }) {
  const cell = row.cells.find((each) => each.path === path);
  if (cell === undefined) return <span className="text-quiet">–</span>;
  return <span title={cell.text}>{cell.kind === "number" && /^-?\d+$/.test(cell.text) ? spaced(cell.text) : cell.text}</span>;
}

/** Writes every digit, in groups of three. */
function spaced(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** Rows without the field sort first. */
function sortKey(row: EntityDataRow, path: string): string | number {
  const cell = row.cells.find((each) => each.path === path);
  if (cell === undefined) return Number.NEGATIVE_INFINITY;
  return cell.kind === "number" ? Number(cell.text) : cell.text;
}
