/**
 * RecordDetail: one journal record in full: its messages, state before and after, what it sent, its failure with the cure. It is used where
 * a record is opened (history, traces).
 */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement, ReactNode } from "react";
import { grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import type { JournalEntryView } from "../../trpc/views.ts";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { ReproduceButton } from "../reproductions/reproduce-button.tsx";
import { sendAgainHref } from "../send/send-again.ts";
import { CallerLink, EntityLink } from "./caller-link.tsx";
import { FailureNote } from "./failure-note.tsx";
import { useValuesWords } from "../../words/values/use-values-words.ts";

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }): ReactElement | null {
  return count === 0 ? null : (
    <section className="flex min-w-0 flex-col gap-2">
      <PartTitle>{title}</PartTitle>
      {children}
    </section>
  );
}

function WhatLedHere({ record }: { record: JournalEntryView }): ReactElement | null {
  const { address, sequence, outcome, past } = record;
  if (outcome === "act" || past !== null) return null;
  return <ReproduceButton address={address} record={sequence} lookFor={outcome === "parked" ? "failure" : "state"} compact />;
}

export function RecordDetail({ record }: { record: JournalEntryView }): ReactElement {
  const words = useValuesWords();
  return (
    <div className="flex flex-col gap-4 px-3 pt-1 pb-4">
      {record.failure === null ? null : <FailureNote failure={record.failure} />}
      <WhatLedHere record={record} />
      <Details
        rows={[
          [words.record.record, words.record.inEpoch(grouped(record.sequence), grouped(record.epoch))],
          [words.record.started, exact(record.startedMs)],
          [words.record.ended, exact(record.endedMs)],
          record.endpoint === "" ? null : [words.record.endpoint, record.endpoint],
          record.codeVersion === null ? null : [words.record.codeVersion, record.codeVersion],
        ]}
      />
      <div className="grid gap-4 room:grid-cols-2">
        <Part title={words.record.messagesIn(grouped(record.messagesTotal))} count={record.messages.length}>
          {record.messages.map((message) => (
            <div key={message.sequence} className="flex flex-col gap-1">
              <ValueView
                value={message.value}
                title={<>#{grouped(message.sequence)}</>}
                actions={
                  <>
                    <CallerLink caller={message.caller} />
                    <Link className="px-1 text-[12px] text-message hover:underline" href={sendAgainHref(message.target, message.value)}>
                      {words.record.sendAgain}
                    </Link>
                  </>
                }
              />
            </div>
          ))}
          {record.messagesTotal > record.messages.length ? (
            <p className="text-[12px] text-quiet">{words.record.keptFirst(record.messages.length)}</p>
          ) : null}
        </Part>
        <Part title={words.record.written(record.state.length)} count={record.state.length}>
          {record.state.map((change) => (
            <div key={change.name} className="flex flex-col gap-1">
              {change.before === null ? null : <ValueView value={change.before} title={words.record.before(change.name)} />}
              {change.after === null ? (
                <p className="text-[12px] text-quiet">{words.record.removed(change.name)}</p>
              ) : (
                <ValueView value={change.after} title={words.record.after(change.name)} />
              )}
            </div>
          ))}
        </Part>
        <Part title={words.record.sent(record.sent.length)} count={record.sent.length}>
          {record.sent.map((message) => (
            <ValueView key={message.sequence} value={message.value} title={<EntityLink address={message.target} />} />
          ))}
        </Part>
        <Part title={words.record.delayed(record.delayed.length)} count={record.delayed.length}>
          {record.delayed.map((delayed, index) => (
            <Delayed key={index} delayed={delayed} />
          ))}
        </Part>
        <Part title={words.record.egress(record.egress.length)} count={record.egress.length}>
          {record.egress.map((egress, index) => (
            <ValueView key={index} value={egress.value} title={<span className="text-egress">{egress.egress}</span>} />
          ))}
        </Part>
      </div>
    </div>
  );
}

function Delayed({ delayed }: { delayed: JournalEntryView["delayed"][number] }): ReactElement {
  const words = useValuesWords();
  if (delayed.kind === "cancel" || delayed.value === null || delayed.target === null)
    return (
      <p className="font-mono text-[12px]">
        {words.record.cancelled} {delayed.token}
      </p>
    );
  return (
    <div className="flex flex-col gap-1">
      <ValueView value={delayed.value} title={<EntityLink address={delayed.target} />} />
      <p className="px-1 text-[12px] text-quiet">
        {words.record.due(delayed.dueMs === null ? "" : exact(delayed.dueMs))}
        {delayed.token === "" ? "" : words.record.token(delayed.token)}
      </p>
    </div>
  );
}
