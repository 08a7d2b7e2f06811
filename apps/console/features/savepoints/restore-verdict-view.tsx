/**
 * RestoreVerdictView: whether a savepoint fits the modules and functions of now, in one line, and below it what does not fit and what would
 * follow.
 */
import type { ReactElement, ReactNode } from "react";
import type { RestoreVerdict } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

const MODULES_SHOWN_MAX = 8;

export function RestoreVerdictView({ verdict }: { verdict: RestoreVerdict }): ReactElement {
  const { verdict: words } = useSavepointsWords();
  const { fits, unserved, stateTypes, undeclaredEgresses } = verdict;
  return (
    <section className="min-w-0 text-[12px]" aria-label={words.title}>
      <h3 className="mb-1 font-semibold text-[13px]">{words.title}</h3>
      <StatusWord tone={fits ? "clear" : stateTypes.length > 0 ? "danger" : "caution"}>{fits ? words.fits : words.fitsNot}</StatusWord>
      <ul className="mt-1 flex flex-col gap-1">
        {stateTypes.map(({ type, name, saved, now }) => (
          <Finding key={`${type} ${name}`} what={`${type} ${name}`}>
            {words.stateType(saved, now)}
          </Finding>
        ))}
        {unserved.map(({ type, entities }) => (
          <Finding key={type} what={type}>
            {words.unserved(entities)}
          </Finding>
        ))}
        {undeclaredEgresses.map((egress) => (
          <Finding key={egress} what={egress}>
            {words.undeclared}
          </Finding>
        ))}
      </ul>
      <p className="mt-1 text-quiet">{modulesWords(verdict, words)}</p>
    </section>
  );
}

function Finding({ what, children }: { what: string; children: ReactNode }): ReactElement {
  return (
    <li className="border-t border-line pt-1">
      <span className="font-mono break-words">{what}</span>: {children}
    </li>
  );
}

function modulesWords({ modules }: RestoreVerdict, words: ReturnType<typeof useSavepointsWords>["verdict"]): string {
  if (modules === null) return words.modulesUnknown;
  if (modules.length === 0) return words.modulesSame;
  const named = modules.slice(0, MODULES_SHOWN_MAX).map(({ name, saved, now }) => words.module(name, saved, now));
  const more = modules.length - named.length;
  return `${words.modulesDiffer} ${named.join(", ")}${more > 0 ? ` ${words.modulesMore(more)}` : ""}.`;
}
