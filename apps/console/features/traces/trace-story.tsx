/**
 * TraceStory: what is known of a trace when no record tells it: it waits and why, was taken back, is older than the journal, or the number
 * belongs to something else, or to nothing. Each case says what it is and what to do next.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement, ReactNode } from "react";
import { grouped } from "../../format/numbers.ts";
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
import { useStoryWords } from "../../words/story/use-story-words.ts";

export function UntoldTrace({ trace, story }: { trace: number; story: TraceStory }): ReactElement | null {
  const pastWords = usePastWords();
  const { untold: words } = useStoryWords();
  switch (story.kind) {
    case "told":
      return null;
    case "waiting":
      return <Waiting story={story} />;
    case "never":
      return (
        <EmptyState title={words.never(grouped(trace))} action={<ToTraces />}>
          {words.neverAbout(grouped(story.newest))}
        </EmptyState>
      );
    case "other":
      return (
        <EmptyState
          title={words.other(grouped(trace), words.kinds[story.what])}
          action={
            story.trace === null ? (
              <Button asChild tone="primary">
                <Link href={`${entityHref(story.address)}?tab=history&record=${story.record}`}>{words.open(story.address.id)}</Link>
              </Button>
            ) : (
              <Button asChild tone="primary">
                <Link href={traceHref(story.trace, story.record)}>{words.openTrace(grouped(story.trace))}</Link>
              </Button>
            )
          }
        >
          {words.otherAbout.before}
          <Address {...story.address} />
          {words.otherAbout.after}
        </EmptyState>
      );
    case "undone":
      return (
        <EmptyState title={words.undone} action={<ToTraces />}>
          <PastNote past={story.past} className="text-[13px]" />
          {words.undoneAbout}
        </EmptyState>
      );
    case "older":
      return (
        <EmptyState title={words.older} action={<ToTraces />}>
          {story.past === null ? null : <PastNote past={story.past} className="text-[13px]" />}
          {reachSentence(story.reach, pastWords)} {words.olderAbout}
        </EmptyState>
      );
    case "unknown":
      return (
        <EmptyState title={words.unknown(grouped(trace))} action={<ToTraces />}>
          {story.past === null ? null : <PastNote past={story.past} className="text-[13px]" />}
          {story.complete ? words.unknownAll(story.looked) : words.unknownSome(story.looked)}
        </EmptyState>
      );
  }
}

function Waiting({ story }: { story: Extract<TraceStory, { kind: "waiting" }> }): ReactElement {
  const { untold: words } = useStoryWords();
  const { message, wait } = story;
  return (
    <div className="flex max-w-[860px] flex-col gap-4 p-4 text-[13px]">
      <section className="flex flex-col gap-2">
        <h2 className="text-[15px] font-semibold">
          {words.accepted}
          <Address {...message.target} />
        </h2>
        {wait === null ? <p className="text-quiet">{words.soon}</p> : <WaitLine of={wait} />}
        <p className="text-quiet">
          {words.acceptedAt(exact(message.atMs))}
          {wait === null ? "" : words.inMailbox(wait.mailboxDepth)}.{" "}
          <Link className="text-message underline" href={`${entityHref(message.target)}?tab=mailbox&message=${message.sequence}`}>
            {words.openMailbox}
          </Link>
        </p>
      </section>
      <ValueView value={message.value} title={words.message} />
    </div>
  );
}

/** Below the waterfall: where open messages wait, each with a button. */
export function TraceWaits({ detail }: { detail: TraceDetail }): ReactElement | null {
  const words = useStoryWords();
  if (detail.waits.length === 0) return null;
  return (
    <section aria-label={words.waitsFor} className="border-b border-line px-4 py-3 text-[13px]">
      <h2 className="mb-2 font-semibold">{words.waitsFor}</h2>
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
  const { untold: words } = useStoryWords();
  return (
    <Button asChild>
      <Link href="/traces">{words.newest}</Link>
    </Button>
  );
}
