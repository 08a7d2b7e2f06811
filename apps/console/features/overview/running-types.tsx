/**
 * The function types, the busiest first: rate, latency, what waits. A row leads to the type's rows in the flow.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import { useRouter } from "next/navigation";
import { naturalOrder } from "../../format/natural-order.ts";
import { grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { tailHref } from "../../shell/navigation.ts";
import type { OverviewWords } from "../../words/overview/en.ts";
import type { ShellWords } from "../../words/shell/en.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";
import type { FunctionTypeRow } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import { BreakerWord } from "../functions/breaker-word.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";

const SHOWN_MAX = 12;

function State({ row }: { row: FunctionTypeRow }) {
  const words = useOverviewWords();
  if (row.parked > 0) return <StatusWord tone="danger">{words.types.parked(row.parked)}</StatusWord>;
  if (row.backingOff > 0) return <StatusWord tone="caution">{words.types.backingOff(row.backingOff)}</StatusWord>;
  return <BreakerWord type={row.type} breaker={row.breaker} processes={row.processes} sleep={row.sleep} pause={row.pause} />;
}

const columnsOf = (words: OverviewWords, parts: ShellWords["parts"]): readonly Column<FunctionTypeRow>[] => [
  { key: "type", header: words.types.type, cell: (row) => <MiddleCut text={row.type} />, mono: true },
  { key: "state", header: words.types.state, cell: (row) => <State row={row} />, width: "126px" },
  {
    key: "rate",
    header: parts.rate.word,
    explains: parts.rate.explains,
    cell: (row) => rate(row.ratePerSecond),
    align: "right",
    mono: true,
    width: "76px",
  },
  {
    key: "p50",
    header: parts.p50.word,
    explains: parts.p50.explains,
    cell: (row) => (row.p50Ms === null ? "–" : duration(row.p50Ms)),
    align: "right",
    mono: true,
    width: "76px",
    wideOnly: true,
  },
  {
    key: "p99",
    header: parts.p99.word,
    explains: parts.p99.explains,
    cell: (row) => (row.p99Ms === null ? "–" : duration(row.p99Ms)),
    align: "right",
    mono: true,
    width: "76px",
    wideOnly: true,
  },
  {
    key: "waiting",
    header: parts.waiting.word,
    explains: parts.waiting.explains,
    cell: (row) => grouped(row.waiting),
    align: "right",
    mono: true,
    width: "76px",
    wideOnly: true,
  },
];

export function RunningTypes({ rows }: { rows: readonly FunctionTypeRow[] }) {
  const words = useOverviewWords();
  const { parts } = useShellWords();
  const router = useRouter();
  const busiest = rows
    .toSorted((left, right) => right.ratePerSecond - left.ratePerSecond || naturalOrder(left.type, right.type))
    .slice(0, SHOWN_MAX);
  return (
    <DataTable
      label={words.types.label}
      rows={busiest}
      columns={columnsOf(words, parts)}
      rowKey={(row) => row.type}
      onOpen={(row) => router.push(tailHref({ type: row.type }))}
      className="border-y border-line"
      foot={
        rows.length > SHOWN_MAX ? (
          <Link href="/functions" className="block border-t border-line px-4 py-1 text-[12px] text-message hover:underline">
            {words.types.more(rows.length - SHOWN_MAX)}
          </Link>
        ) : undefined
      }
    />
  );
}
