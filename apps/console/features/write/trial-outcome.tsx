/**
 * TrialOutcome: what a function did with the message: its states before and after, everything that it would send, what it printed.
 */
"use client";
import type { ReactElement, ReactNode } from "react";
import { grouped } from "../../format/numbers.ts";
import type { TrialEffects, TrialResult } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { StateDiff } from "../../values/state-diff.tsx";
import { ValueView } from "../../values/value-view.tsx";
import type { Running } from "./use-trial.ts";
import { useWriteWords } from "../../words/write/use-write-words.ts";

export function TrialOutcome({ running }: { running: Running }): ReactElement | null {
  const { trial: words } = useWriteWords();
  switch (running.kind) {
    case "none":
      return null;
    case "running":
      return <Skeleton rows={4} label={words.running} />;
    case "error":
      return <ErrorState inline error={running.error} what={words.notRun} />;
    case "ran":
      return <Outcome result={running.result} />;
  }
}

function Outcome({ result }: { result: TrialResult }): ReactElement | null {
  const { trial: words } = useWriteWords();
  if (result.kind === "loaded") return null;
  const lines = "lines" in result ? result.lines : [];
  return (
    <div className="flex flex-col gap-4" role="status">
      {result.kind === "ran" ? (
        <>
          <StatusWord tone="clear">{words.ran}</StatusWord>
          <Effects effects={result.effects} />
        </>
      ) : (
        <Failure code={result.code} message={result.message} cure={result.cure} />
      )}
      <Part title={words.printed} count={lines.length}>
        <pre tabIndex={0} className="overflow-x-auto rounded border border-line bg-ground p-2 font-mono text-[12px] leading-5">
          {lines.join("\n")}
        </pre>
      </Part>
    </div>
  );
}

export function Failure({ code, message, cure }: { code: string; message: string; cure: string }): ReactElement {
  return (
    <p className="text-[13px] leading-5 break-words whitespace-pre-wrap" role="alert">
      <span className="font-mono text-[12px] text-danger">{code}</span>{" "}
      <span lang="en">
        {message} <span className="text-quiet">{cure}</span>
      </span>
    </p>
  );
}

function Effects({ effects }: { effects: TrialEffects }): ReactElement {
  const { trial: words } = useWriteWords();
  const changed = effects.states.filter((state) => state.changed);
  const nothing = changed.length + effects.messages.length + effects.delayed.length + effects.egress.length === 0;
  return (
    <>
      {nothing ? <p className="text-[13px] text-quiet">{words.nothing}</p> : null}
      <Part title={words.state} count={changed.length}>
        <StateDiff changes={changed} />
      </Part>
      <Part title={words.messages(effects.messages.length)} count={effects.messages.length}>
        {effects.messages.map(({ target, value }, index) => (
          <ValueView key={index} value={value} title={words.to(`${target.type}/${target.id}`)} />
        ))}
      </Part>
      <Part title={words.delayed} count={effects.delayed.length}>
        {effects.delayed.map(({ afterMs, target, value, token }, index) =>
          target === null || value === null ? (
            <p key={index} className="text-[12px]">
              {words.takesBack}
              <span className="font-mono">{token}</span>
            </p>
          ) : (
            <ValueView
              key={index}
              value={value}
              title={words.after(`${target.type}/${target.id}`, grouped(afterMs)) + (token === null ? "" : words.token(token))}
            />
          ),
        )}
      </Part>
      <Part title={words.egress} count={effects.egress.length}>
        {effects.egress.map(({ egress, value }, index) => (
          <ValueView key={index} value={value} title={egress} />
        ))}
      </Part>
    </>
  );
}

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }): ReactElement | null {
  return count === 0 ? null : (
    <section className="flex min-w-0 flex-col gap-2">
      <PartTitle>{title}</PartTitle>
      {children}
    </section>
  );
}
