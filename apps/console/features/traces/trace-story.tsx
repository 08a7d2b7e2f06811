/**
 * TraceStory: what is known of a trace when no record tells it: waiting and why, taken back, older than the journal, the number of something
 * else, or of nothing. Each case says what it is and what to do next.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement, ReactNode } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { entityHref, traceHref } from "../../shell/navigation.ts";
import type { TraceDetail, TraceStory } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { PastNote } from "../past/past-note.tsx";
import { reachSentence } from "../past/past-words.ts";
import { WaitLine } from "../waiting/why-it-waits.tsx";
import { usePastWords } from "../../words/past/use-past-words.ts";

const kinds = {
  record: "a record of the journal",
  message: "a message",
  delayed: "a delayed message",
  egress: "an egress record",
} as const;

export function UntoldTrace({ trace, story }: { trace: number; story: TraceStory }): ReactElement | null {
  const pastWords = usePastWords();
  switch (story.kind) {
    case "told":
      return null;
    case "waiting":
      return <Waiting story={story} />;
    case "never":
      return (
        <EmptyState title={`There is no trace #${grouped(trace)}`} action={<ToTraces />}>
          Nothing ever had this number: the newest is #{grouped(story.newest)}.
        </EmptyState>
      );
    case "other":
      return (
        <EmptyState
          title={`#${grouped(trace)} is ${kinds[story.what]}, not a trace`}
          action={
            story.trace === null ? (
              <Button asChild tone="primary">
                <Link href={`${entityHref(story.address)}?tab=history&record=${story.record}`}>Open {story.address.id}</Link>
              </Button>
            ) : (
              <Button asChild tone="primary">
                <Link href={traceHref(story.trace, story.record)}>Open trace #{grouped(story.trace)}</Link>
              </Button>
            )
          }
        >
          It belongs to what <Address {...story.address} /> did or got.
        </EmptyState>
      );
    case "undone":
      return (
        <EmptyState title="A restore took this message back" action={<ToTraces />}>
          <PastNote past={story.past} className="text-[13px]" />
          No record tells of it: nothing had consumed it until then, or the journal no longer reaches it. It will not run any more; whoever
          sent it has to send it again.
        </EmptyState>
      );
    case "older":
      return (
        <EmptyState title="Older than the journal" action={<ToTraces />}>
          {story.past === null ? null : <PastNote past={story.past} className="text-[13px]" />}
          {reachSentence(story.reach, pastWords)} What had this number came before, and nothing that waits belongs to it.
        </EmptyState>
      );
    case "unknown":
      return (
        <EmptyState title={`Nothing is known of #${grouped(trace)}`} action={<ToTraces />}>
          {story.past === null ? null : <PastNote past={story.past} className="text-[13px]" />}
          {story.complete
            ? `No record of the journal tells of it, and none of the ${counted(story.looked, "waiting message", "waiting messages")} belongs to it: no message had this number.`
            : `No record of the journal tells of it. The first ${counted(story.looked, "waiting message", "waiting messages")} were looked at; more wait, and one of them may be it.`}
        </EmptyState>
      );
  }
}

function Waiting({ story }: { story: Extract<TraceStory, { kind: "waiting" }> }): ReactElement {
  const { message, wait } = story;
  return (
    <div className="flex max-w-[860px] flex-col gap-4 p-4 text-[13px]">
      <section className="flex flex-col gap-2">
        <h2 className="text-[15px] font-semibold">
          Accepted; waits for <Address {...message.target} />
        </h2>
        {wait === null ? <p className="text-quiet">It is about to be consumed.</p> : <WaitLine of={wait} />}
        <p className="text-quiet">
          Accepted {exact(message.atMs)}
          {wait === null ? "" : `; ${counted(wait.mailboxDepth, "message waits", "messages wait")} in this mailbox`}.{" "}
          <Link className="text-message underline" href={`${entityHref(message.target)}?tab=mailbox&message=${message.sequence}`}>
            Open the mailbox
          </Link>
        </p>
      </section>
      <ValueView value={message.value} title="The message" />
    </div>
  );
}

/** Under the waterfall: where what is still open waits, each with its lever. */
export function TraceWaits({ detail }: { detail: TraceDetail }): ReactElement | null {
  if (detail.waits.length === 0) return null;
  return (
    <section aria-label="What it waits for" className="border-b border-line px-4 py-3 text-[13px]">
      <h2 className="mb-2 font-semibold">What it waits for</h2>
      <ul className="flex flex-col gap-3">
        {detail.waits.map((wait) => (
          <li key={`${wait.address.type}/${wait.address.id}`} className="flex flex-col gap-1">
            <Link href={entityHref(wait.address)} className="self-start break-all hover:underline">
              <Address {...wait.address} />
            </Link>
            <WaitLine of={wait} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Address({ type, id }: { type: string; id: string }): ReactElement {
  return (
    <span className="font-mono break-all">
      <span className="text-quiet">{type}/</span>
      {id}
    </span>
  );
}

function ToTraces(): ReactNode {
  return (
    <Button asChild>
      <Link href="/traces">The newest traces</Link>
    </Button>
  );
}
