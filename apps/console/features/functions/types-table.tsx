/** TypesTable: function types side by side: who serves them, what waits, what fails, how fast. */
"use client";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { FunctionTypeRow } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { TypeSparkline, TypeSparklines } from "./type-sparkline.tsx";
import { BreakerWord } from "./breaker-word.tsx";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";
import type { ShellWords } from "../../words/shell/en.ts";
import type { FunctionsWords } from "../../words/functions/en.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";

/** Counts entities that wait for something other than their turn. */
function blockedOf(row: FunctionTypeRow): number {
  return row.parked + row.paused + row.backingOff;
}

function latency(ms: number | null): string {
  return ms === null ? "–" : duration(ms);
}

function Amount({ value, tone }: { value: number; tone?: "danger" | "caution" }): ReactElement {
  return (
    <span className={cn(value === 0 ? "text-quiet" : tone === "danger" ? "text-danger" : tone === "caution" ? "text-caution" : "")}>
      {grouped(value)}
    </span>
  );
}

const whoColumns = (words: FunctionsWords, parts: ShellWords["parts"]): readonly Column<FunctionTypeRow>[] => [
  {
    key: "type",
    header: words.columns.type,
    mono: true,
    cell: (row) => (
      <span title={row.type}>
        {row.type}
        {row.known === "now" ? null : (
          <span className="ml-2 font-sans text-quiet">{row.known === "checked" ? words.columns.noMessage : words.columns.knownBefore}</span>
        )}
      </span>
    ),
    sort: (row) => row.type,
  },
  {
    key: "endpoint",
    header: words.columns.endpoint,
    width: "124px",
    cell: (row) =>
      row.ingressHold === null ? (
        <BreakerWord type={row.type} breaker={row.breaker} processes={row.processes} sleep={row.sleep} pause={row.pause} />
      ) : (
        <StatusWord tone="caution">{words.columns.held}</StatusWord>
      ),
    sort: (row) => (row.pause === null ? (row.breaker ?? "") : "paused"),
  },
  {
    key: "rate",
    header: parts.rate.word,
    explains: parts.rate.explains,
    width: "84px",
    wideOnly: "medium",
    align: "right",
    mono: true,
    cell: (row) => rate(row.ratePerSecond),
    sort: (row) => row.ratePerSecond,
  },
  {
    key: "hour",
    header: words.columns.hour,
    explains: words.columns.hourExplains,
    width: "112px",
    wideOnly: true,
    cell: (row) => <TypeSparkline type={row.type} />,
  },
];

const waitColumns = (words: FunctionsWords, parts: ShellWords["parts"]): readonly Column<FunctionTypeRow>[] => [
  {
    key: "waiting",
    header: parts.waiting.word,
    explains: parts.waiting.explains,
    width: "76px",
    align: "right",
    mono: true,
    cell: (row) => <Amount value={row.waiting} tone="caution" />,
    sort: (row) => row.waiting,
  },
  {
    key: "flight",
    header: words.columns.flight,
    width: "84px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => <Amount value={row.inFlight} />,
    sort: (row) => row.inFlight,
  },
  {
    key: "blocked",
    header: words.columns.blocked,
    width: "84px",
    align: "right",
    mono: true,
    cell: (row) => <Amount value={blockedOf(row)} tone={row.parked > 0 ? "danger" : "caution"} />,
    sort: blockedOf,
  },
];

const speedColumns = (words: FunctionsWords, parts: ShellWords["parts"]): readonly Column<FunctionTypeRow>[] => [
  {
    key: "failures",
    header: parts.failures.word,
    explains: parts.failures.explains,
    width: "84px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => <span className={row.failuresPerSecond > 0 ? "text-danger" : "text-quiet"}>{rate(row.failuresPerSecond)}</span>,
    sort: (row) => row.failuresPerSecond,
  },
  {
    key: "p50",
    header: parts.p50.word,
    explains: parts.p50.explains,
    width: "76px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => latency(row.p50Ms),
    sort: (row) => row.p50Ms ?? -1,
  },
  {
    key: "p95",
    header: parts.p95.word,
    explains: parts.p95.explains,
    width: "76px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => latency(row.p95Ms),
    sort: (row) => row.p95Ms ?? -1,
  },
  {
    key: "p99",
    header: parts.p99.word,
    explains: parts.p99.explains,
    width: "76px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => latency(row.p99Ms),
    sort: (row) => row.p99Ms ?? -1,
  },
  {
    key: "states",
    header: words.columns.states,
    width: "66px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => <Amount value={row.states.length} />,
    sort: (row) => row.states.length,
  },
];

export function TypesTable({
  rows,
  selected,
  onSelect,
}: {
  rows: readonly FunctionTypeRow[];
  selected: string | null;
  onSelect: (type: string) => void;
}): ReactElement {
  const words = useFunctionsWords();
  const { parts } = useShellWords();
  const router = useRouter();
  return (
    <TypeSparklines>
      <DataTable
        label={words.types}
        rows={rows}
        columns={[...whoColumns(words, parts), ...waitColumns(words, parts), ...speedColumns(words, parts)]}
        rowKey={(row) => row.type}
        selected={selected}
        onSelect={(row) => onSelect(row.type)}
        onOpen={(row) => router.push(`/entities?type=${encodeURIComponent(row.type)}`)}
      />
    </TypeSparklines>
  );
}
