/**
 * One journal record as people read it: the message that came, the state before → after, what it sent, how long it took and how many
 * attempts. The flow's inspector and traces use it.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactNode } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock, duration, exact } from "../../format/times.ts";
import { entityHref } from "../../shell/navigation.ts";
import { MessageHeaders } from "../../values/message-headers.tsx";
import type { AddressView, FailureView, JournalEntryView, MessageView } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { StateDiff } from "../../values/state-diff.tsx";
import { ReproduceButton } from "../reproductions/reproduce-button.tsx";
import { sendAgainHref } from "../send/send-again.ts";
import { ValueLine, ValueView } from "../../values/value-view.tsx";
import { SaidSo } from "../entities/failure-note.tsx";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useRecordWords } from "../../words/record/use-record-words.ts";
import type { RecordWords } from "../../words/record/en.ts";

const MESSAGES_SHOWN_MAX = 20;

export function RecordView({ record, marked }: { record: JournalEntryView; marked?: number | undefined }) {
  const words = useRecordWords();
  const shown = record.messages.slice(0, MESSAGES_SHOWN_MAX);
  return (
    <div className="flex flex-col">
      <RecordFacts record={record} />
      {record.failure === null ? null : <FailureBlock failure={record.failure} />}
      {record.outcome === "parked" && record.past === null ? (
        <div className="flex border-b border-line px-4 py-2.5">
          <ReproduceButton address={record.address} record={record.sequence} compact />
        </div>
      ) : null}
      {record.detail === null ? null : <Block title={words.act}>{record.detail}</Block>}
      <Block title={words.state}>
        {record.state.length === 0 ? <p className="text-quiet">{words.unchanged}</p> : <StateDiff changes={record.state} />}
      </Block>
      {shown.length === 0 ? null : (
        <Block title={words.messagesIn(record.messagesTotal)}>
          {shown.map((message) => (
            <MessageIn key={message.sequence} message={message} marked={message.sequence === marked && shown.length > 1} />
          ))}
          {record.messagesTotal > shown.length ? <p className="text-[12px] text-quiet">{words.keptFirst(grouped(shown.length))}</p> : null}
        </Block>
      )}
      {record.sent.length + record.delayed.length + record.egress.length === 0 ? null : (
        <Block title={words.sends}>
          <SentList record={record} />
        </Block>
      )}
    </div>
  );
}

function RecordFacts({ record }: { record: JournalEntryView }) {
  const { facts: words } = useRecordWords();
  const first = record.messages[0];
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-0.5 border-b border-line px-4 py-2.5 text-[12px] text-quiet">
      <OutcomeWord record={record} />
      {first === undefined ? null : <Fact name={words.waited}>{duration(Math.max(0, record.startedMs - first.atMs))}</Fact>}
      <Fact name={words.ran}>{duration(record.endedMs - record.startedMs)}</Fact>
      {record.outcome === "act" ? null : <Fact name={words.attempts(record.attempts)}>{record.attempts}</Fact>}
      <Fact name={words.ended}>
        <time dateTime={new Date(record.endedMs).toISOString()} title={exact(record.endedMs)}>
          {clock(record.endedMs)}
        </time>
      </Fact>
      <Fact name={words.epoch}>{grouped(record.epoch)}</Fact>
      {record.endpoint === "" ? null : <Fact name={words.at}>{record.endpoint}</Fact>}
    </p>
  );
}

export function OutcomeWord({ record }: { record: JournalEntryView }) {
  const { outcomes } = useRecordWords();
  switch (record.outcome) {
    case "completed":
      return <StatusWord tone="clear">{outcomes.completed}</StatusWord>;
    case "parked":
      return <StatusWord tone="danger">{outcomes.parked}</StatusWord>;
    case "act":
      return <StatusWord tone="message">{record.act ?? outcomes.act}</StatusWord>;
  }
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span>
      {name} <span className="font-mono text-text">{children}</span>
    </span>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b border-line px-4 py-3 last:border-b-0">
      <h3 className="mb-1.5 text-[12px] text-quiet">{title}</h3>
      <div className="flex flex-col gap-2">{children}</div>
    </section>
  );
}

export function FailureBlock({ failure }: { failure: FailureView }) {
  const words = useRecordWords();
  const texts = useFailureWords();
  return (
    <section className="border-b border-line bg-danger-soft px-4 py-3">
      <StatusWord tone="danger" className="font-medium">
        <span className="font-mono">{failure.code}</span>
      </StatusWord>
      <p className="mt-1 break-words">{texts.means(failure.code, failure.message)}</p>
      <SaidSo failure={failure} />
      {failure.cure === "" ? null : <p className="mt-1 text-quiet">{texts.cure(failure.code, failure.cure)}</p>}
      {failure.raw === null ? null : (
        <details className="mt-1 text-[12px] text-quiet">
          <summary>{words.raw}</summary>
          <pre className="mt-1 max-h-48 overflow-auto whitespace-pre-wrap" tabIndex={0}>
            {failure.raw}
          </pre>
        </details>
      )}
    </section>
  );
}

function MessageIn({ message, marked }: { message: MessageView; marked: boolean }) {
  const words = useRecordWords();
  return (
    <div className={marked ? "rounded ring-2 ring-message" : ""}>
      <p className="mb-1 text-[12px] text-quiet">
        {words.from}
        {message.caller === null ? words.ingress : <AddressLink address={message.caller} />}
        {words.sent}
        <time title={exact(message.atMs)} className="font-mono">
          {clock(message.atMs)}
        </time>
      </p>
      <ValueView
        value={message.value}
        actions={
          message.value.as === "absent" ? undefined : (
            <Link className="px-1 text-[12px] text-message hover:underline" href={sendAgainHref(message.target, message.value)}>
              {words.sendAgain}
            </Link>
          )
        }
      />
      <MessageHeaders headers={message.headers} />
    </div>
  );
}

export function SentList({ record }: { record: JournalEntryView }) {
  const words = useRecordWords();
  return (
    <ul className="flex flex-col gap-1.5 text-[12px]">
      {record.sent.map((message) => (
        <li key={message.sequence} className="min-w-0">
          <span className="text-message" aria-hidden="true">
            →{" "}
          </span>
          <AddressLink address={message.target} /> <span className="font-mono text-quiet">{message.value.typename}</span>
          <ValueLine value={message.value} className="block pl-4" />
        </li>
      ))}
      {record.delayed.map((delayed, index) => (
        <li key={`${delayed.kind}-${delayed.token}-${index}`} className="min-w-0">
          {delayed.kind === "cancel" ? (
            <>
              {words.cancels}
              <span className="font-mono">{delayed.token}</span>
            </>
          ) : (
            <>
              <span className="text-quiet">
                {words.later}
                {delayed.dueMs === null ? "" : words.in(duration(Math.max(0, delayed.dueMs - record.endedMs)))} →{" "}
              </span>
              {delayed.target === null ? null : <AddressLink address={delayed.target} />}
              <ValueLine value={delayed.value} className="block pl-4" />
            </>
          )}
        </li>
      ))}
      {record.egress.map((sent, index) => (
        <li key={`${sent.egress}-${index}`} className="min-w-0">
          <span className="text-egress" aria-hidden="true">
            ⇥{" "}
          </span>
          <span className="text-quiet">{words.egress}</span> <span className="font-mono">{sent.egress}</span>{" "}
          <span className="font-mono text-quiet">{sent.value.typename}</span>
          <ValueLine value={sent.value} className="block pl-4" />
        </li>
      ))}
    </ul>
  );
}

export function AddressLink({ address }: { address: AddressView }) {
  const words = useRecordWords();
  return (
    <Link href={entityHref(address)} className="font-mono break-all hover:underline" title={words.openEntity}>
      <span className="text-quiet">{address.type}/</span>
      <span className="text-message">{address.id}</span>
    </Link>
  );
}

/** Says "2 sent, 1 to egress", for rows. */
export function sendsInWords(record: JournalEntryView, { counts }: RecordWords): string {
  const parts = [
    record.sent.length === 0 ? "" : counts.sent(record.sent.length),
    record.delayed.length === 0 ? "" : counts.delayed(record.delayed.length),
    record.egress.length === 0 ? "" : counts.egress(record.egress.length),
  ];
  return parts.filter((part) => part !== "").join(", ");
}
