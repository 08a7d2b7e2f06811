/**
 * HopWords: which hop it is and what it was about, on one line, and under it what it changed, what it merged, and what it waits for.
 */
import type { ReactElement, ReactNode } from "react";
import { nameOf } from "../../format/texts.ts";
import { duration, exact } from "../../format/times.ts";
import type { AddressView, JournalEntryView, TraceDetail } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { StateLine } from "../../values/state-line.tsx";
import { lineOf } from "../../values/value-line.ts";
import { reasonOf } from "../waiting/said-in.ts";
import { WaitLine } from "../waiting/why-it-waits.tsx";
import type { DelayedHop, TraceItem } from "./causal-tree.ts";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";
import type { StoryWords } from "../../words/story/en.ts";

type Words = StoryWords["waterfall"];

export function HopTitle({ item, trace }: { item: TraceItem; trace: number }): ReactElement {
  const { waterfall: words } = useStoryWords();
  switch (item.kind) {
    case "record": {
      const own = item.record.messages.find((message) => message.trace === trace) ?? item.record.messages[0];
      const what =
        item.record.outcome === "act" ? (item.record.act ?? words.outcomes.act) : own === undefined ? "" : nameOf(own.value.typename);
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
            <span className="sr-only">{words.leavesBy}</span>
          </StatusWord>
          <span className="truncate font-mono text-[12px]">{item.egress}</span>
          <Quiet mono>{lineOf(item.value)}</Quiet>
        </>
      );
    case "waiting":
      return (
        <>
          <StatusWord tone="caution" className="text-[12px]">
            {words.waits}
          </StatusWord>
          <AddressWords {...item.message.target} />
          <Quiet>{nameOf(item.message.value.typename)}</Quiet>
        </>
      );
    case "delayed":
      return (
        <>
          <StatusWord tone="quiet" className="text-[12px]">
            {item.fate === "cancels" ? words.cancels : words.delayed}
          </StatusWord>
          {item.delayed.target === null ? (
            <span className="truncate font-mono text-[12px]">{item.delayed.token}</span>
          ) : (
            <AddressWords {...item.delayed.target} />
          )}
          <Quiet>{delayedWords(item, words)}</Quiet>
        </>
      );
  }
}

export function HopDetail({ item, detail, last }: { item: TraceItem; detail: TraceDetail; last: boolean }): ReactElement | null {
  const { waterfall: words } = useStoryWords();
  const failures = useFailureWords();
  const wait = last ? waitOf(item, detail) : undefined;
  if (item.kind !== "record") return wait === undefined ? null : <WaitLine of={wait} />;
  const { record } = item;
  const merged = mergedWords(record, { trace: detail.trace, words });
  const failed = record.attempts - (record.outcome === "completed" ? 1 : 0);
  return (
    <>
      {record.state.length > 0 || merged !== null || (failed > 0 && record.outcome !== "act") ? (
        <span className="flex flex-wrap gap-x-4 text-[11px] leading-4">
          <StateLine changes={record.state} />
          {merged === null ? null : <span className="text-quiet">{merged}</span>}
          {failed > 0 && record.outcome === "completed" ? <span className="text-caution">{words.failedBefore(failed)}</span> : null}
        </span>
      ) : null}
      {record.outcome === "parked" && record.failure !== null && wait === undefined ? (
        <span className="text-[11px] leading-4 break-words text-danger">
          {words.parkedAfter(record.attempts, reasonOf(record.failure, failures))}
        </span>
      ) : null}
      {wait === undefined ? null : <WaitLine of={wait} />}
    </>
  );
}

/** Returns "merged with 2 other messages, exact", or null. */
export function mergedWords(record: JournalEntryView, { trace, words }: { trace: number; words: Words }): string | null {
  if (record.messagesTotal < 2) return null;
  const others = record.messages.filter((message) => message.trace !== trace).length;
  const outputs = record.sent.length + record.delayed.length + record.egress.length;
  const certainty = outputs === 0 ? words.nothingCame : record.guessed ? words.guessed : words.exact;
  return others === 0 ? words.ofThisTrace(record.messagesTotal, certainty) : words.merged(record.messagesTotal - 1, certainty);
}

function waitOf(item: TraceItem, { waits }: TraceDetail): TraceDetail["waits"][number] | undefined {
  if (item.kind === "waiting") return waits.find(({ address }) => same(address, item.message.target));
  if (item.kind !== "record" || item.record.outcome === "completed") return undefined;
  return waits.find(({ address }) => same(address, item.record.address));
}

function same(left: AddressView, right: AddressView): boolean {
  return left.type === right.type && left.id === right.id;
}

function delayedWords({ delayed, fate, of }: DelayedHop, words: Words): string {
  const what = delayed.value === null ? "" : nameOf(delayed.value.typename);
  if (fate === "cancels") return "";
  const inMs = delayed.dueMs === null ? null : delayed.dueMs - of.endedMs;
  const when = inMs === null ? "" : words.in(duration(Math.max(0, inMs)));
  switch (fate) {
    case "fired":
      return `${what}${when}`;
    case "cancelled":
      return `${what}${when}${words.cancelledBefore}`;
    case "waits":
      return `${what}${when}${words.due(delayed.dueMs === null ? "" : exact(delayed.dueMs))}`;
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
  const { waterfall: words } = useStoryWords();
  return (
    <StatusWord tone={outcome === "completed" ? "clear" : outcome === "parked" ? "danger" : "message"} className="text-[12px]">
      <span className="sr-only">{words.outcomes[outcome]}</span>
    </StatusWord>
  );
}
