/**
 * WaitingThen: the mailbox of an entity as of a moment, and the delayed messages that it had set; below each, what is not known of it.
 */
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock, exact } from "../../format/times.ts";
import { traceHref } from "../../shell/navigation.ts";
import type { StateAsOfView, WaitingAsOfView } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { Link } from "../../ui/link.tsx";
import { ValueLine } from "../../values/value-view.tsx";
import { mailboxSentences, timerSentences } from "./waiting-words.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";

export function WaitingThen({ state, className }: { state: StateAsOfView; className?: string }): ReactElement | null {
  const words = usePastWords();
  if (state.kind !== "known") return null;
  if (state.waiting === null) return <p className={cn("text-[12px] text-quiet", className)}>{words.mailbox.notKnown}</p>;
  return (
    <div className={cn("flex min-w-0 flex-col gap-5", className)}>
      <MailboxThen waiting={state.waiting} />
      <TimersThen waiting={state.waiting} />
    </div>
  );
}

function MailboxThen({ waiting }: { waiting: WaitingAsOfView }): ReactElement {
  const words = usePastWords();
  return (
    <section aria-label={words.mailbox.title} className="min-w-0">
      <h3 className="mb-1.5 text-[12px] font-semibold">{words.mailbox.title}</h3>
      <ul className="flex flex-col gap-0.5">
        {waiting.messages.map((message) => (
          <li key={message.sequence} className="flex min-w-0 items-baseline gap-3 text-[12px]">
            <Link className="font-mono text-message hover:underline" href={traceHref(message.trace)} title={words.mailbox.openTrace}>
              #{grouped(message.sequence)}
            </Link>
            <span className="font-mono text-quiet" title={exact(message.atMs)}>
              {clock(message.atMs)}
            </span>
            <span className="min-w-0 flex-1">
              <ValueLine value={message.value} />
            </span>
          </li>
        ))}
      </ul>
      <Sentences of={mailboxSentences(waiting, words)} />
    </section>
  );
}

function TimersThen({ waiting }: { waiting: WaitingAsOfView }): ReactElement {
  const words = usePastWords();
  return (
    <section aria-label={words.mailbox.delayed} className="min-w-0">
      <h3 className="mb-1.5 text-[12px] font-semibold">{words.mailbox.later}</h3>
      <ul className="flex flex-col gap-0.5">
        {waiting.timers.map((timer) => (
          <li key={timer.sequence} className="flex min-w-0 items-baseline gap-3 text-[12px]">
            <span className="font-mono" title={exact(timer.dueMs)}>
              {words.mailbox.due(clock(timer.dueMs))}
            </span>
            <span className="truncate font-mono text-quiet">{words.mailbox.to(`${timer.target.type}/${timer.target.id}`)}</span>
            <span className="min-w-0 flex-1">
              <ValueLine value={timer.value} />
            </span>
          </li>
        ))}
      </ul>
      <Sentences of={timerSentences(waiting, words)} />
    </section>
  );
}

function Sentences({ of }: { of: readonly string[] }): ReactElement {
  return (
    <>
      {of.map((sentence) => (
        <p key={sentence} className="mt-1 text-[12px] text-quiet">
          {sentence}
        </p>
      ))}
    </>
  );
}
