/** HopWords: who a hop is and what it was about, on one line, and under it what it changed, what it merged, and what it waits for. */
import type { ReactElement, ReactNode } from "react";
import { counted } from "../../format/numbers.ts";
import { nameOf } from "../../format/texts.ts";
import { duration, exact } from "../../format/times.ts";
import type { AddressView, JournalEntryView, TraceDetail } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { StateLine } from "../../values/state-line.tsx";
import { lineOf } from "../../values/value-line.ts";
import { WaitLine } from "../waiting/why-it-waits.tsx";
import type { DelayedHop, TraceItem } from "./causal-tree.ts";

export function HopTitle({ item, trace }: { item: TraceItem; trace: number }): ReactElement {
  switch (item.kind) {
    case "record": {
      const own = item.record.messages.find((message) => message.trace === trace) ?? item.record.messages[0];
      const what = item.record.outcome === "act" ? (item.record.act ?? "act") : own === undefined ? "" : nameOf(own.value.typename);
      return (
        <>
          <RecordShape outcome={item.record.outcome} />
          <AddressWords {...item.record.address} />
          <Quiet>{what}</Quiet>
        </>
      );
    }
    case "egress":
      return (
        <>
          <StatusWord tone="egress" className="text-[12px]">
            <span className="sr-only">leaves by</span>
          </StatusWord>
          <span className="truncate font-mono text-[12px]">{item.egress}</span>
          <Quiet mono>{lineOf(item.value)}</Quiet>
        </>
      );
    case "waiting":
      return (
        <>
          <StatusWord tone="caution" className="text-[12px]">
            waits
          </StatusWord>
          <AddressWords {...item.message.target} />
          <Quiet>{nameOf(item.message.value.typename)}</Quiet>
        </>
      );
    case "delayed":
      return (
        <>
          <StatusWord tone="quiet" className="text-[12px]">
            {item.fate === "cancels" ? "cancels" : "delayed"}
          </StatusWord>
          {item.delayed.target === null ? (
            <span className="truncate font-mono text-[12px]">{item.delayed.token}</span>
          ) : (
            <AddressWords {...item.delayed.target} />
          )}
          <Quiet>{delayedWords(item)}</Quiet>
        </>
      );
  }
}

export function HopDetail({ item, detail, last }: { item: TraceItem; detail: TraceDetail; last: boolean }): ReactElement | null {
  const wait = last ? waitOf(item, detail) : undefined;
  if (item.kind !== "record") return wait === undefined ? null : <WaitLine of={wait} />;
  const { record } = item;
  const merged = mergedWords(record, detail.trace);
  const failed = record.attempts - (record.outcome === "completed" ? 1 : 0);
  return (
    <>
      {record.state.length > 0 || merged !== null || (failed > 0 && record.outcome !== "act") ? (
        <span className="flex flex-wrap gap-x-4 text-[11px] leading-4">
          <StateLine changes={record.state} />
          {merged === null ? null : <span className="text-quiet">{merged}</span>}
          {failed > 0 && record.outcome === "completed" ? (
            <span className="text-caution">{counted(failed, "attempt failed", "attempts failed")} before</span>
          ) : null}
        </span>
      ) : null}
      {record.outcome === "parked" && record.failure !== null && wait === undefined ? (
        <span className="text-[11px] leading-4 break-words text-danger">
          parked after {counted(record.attempts, "attempt", "attempts")}: {record.failure.message}
        </span>
      ) : null}
      {wait === undefined ? null : <WaitLine of={wait} />}
    </>
  );
}

/** "merged with 2 other messages, exact", or null. */
export function mergedWords(record: JournalEntryView, trace: number): string | null {
  if (record.messagesTotal < 2) return null;
  const others = record.messages.filter((message) => message.trace !== trace).length;
  const outputs = record.sent.length + record.delayed.length + record.egress.length;
  const certainty = outputs === 0 ? "nothing came of it" : record.guessed ? "causes guessed" : "causes exact";
  return others === 0
    ? `${counted(record.messagesTotal, "message", "messages")} of this trace in one call, ${certainty}`
    : `merged with ${counted(record.messagesTotal - 1, "other message", "other messages")}, ${certainty}`;
}

function waitOf(item: TraceItem, { waits }: TraceDetail): TraceDetail["waits"][number] | undefined {
  if (item.kind === "waiting") return waits.find(({ address }) => same(address, item.message.target));
  if (item.kind !== "record" || item.record.outcome === "completed") return undefined;
  return waits.find(({ address }) => same(address, item.record.address));
}

function same(left: AddressView, right: AddressView): boolean {
  return left.type === right.type && left.id === right.id;
}

function delayedWords({ delayed, fate, of }: DelayedHop): string {
  const what = delayed.value === null ? "" : nameOf(delayed.value.typename);
  if (fate === "cancels") return "";
  const inMs = delayed.dueMs === null ? null : delayed.dueMs - of.endedMs;
  const when = inMs === null ? "" : `, in ${duration(Math.max(0, inMs))}`;
  switch (fate) {
    case "fired":
      return `${what}${when}`;
    case "cancelled":
      return `${what}${when}, cancelled before`;
    case "waits":
      return `${what}${when}, due ${delayed.dueMs === null ? "" : exact(delayed.dueMs)}`;
  }
}

function AddressWords({ type, id }: AddressView): ReactElement {
  return (
    <span className="min-w-0 truncate font-mono text-[12px]">
      <span className="text-quiet">{type}/</span>
      <span className="font-semibold">{id}</span>
    </span>
  );
}

function Quiet({ mono = false, children }: { mono?: boolean; children: ReactNode }): ReactElement {
  return <span className={`min-w-0 shrink-[3] truncate text-[12px] text-quiet ${mono ? "font-mono" : ""}`}>{children}</span>;
}

function RecordShape({ outcome }: { outcome: "completed" | "parked" | "act" }): ReactElement {
  return (
    <StatusWord tone={outcome === "completed" ? "clear" : outcome === "parked" ? "danger" : "message"} className="text-[12px]">
      <span className="sr-only">{outcome}</span>
    </StatusWord>
  );
}
