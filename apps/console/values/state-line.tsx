/**
 * StateLine: what changed in an entity's state on one line, for rows: `orders 16 → 17`, struck through and with an arrow, never by colour
 * alone.
 */
import type { ReactElement } from "react";
import type { StateChangeView } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import { placeOf, stateChangeLines } from "./state-change-lines.ts";
import { useValuesWords } from "../words/values/use-values-words.ts";

const PLACES_SHOWN_MAX = 4;
const TEXT_CHARACTERS_MAX = 48;

export function StateLine({ changes, className }: { changes: readonly StateChangeView[]; className?: string }): ReactElement | null {
  const words = useValuesWords();
  const all = changes.flatMap((change) => {
    const { lines, more } = stateChangeLines(change);
    return { name: change.name, lines, more };
  });
  const lines = all.flatMap(({ name, lines: own }) => own.map((line) => ({ line, place: placeOf(name, line) })));
  const more = all.reduce((sum, each) => sum + each.more, Math.max(0, lines.length - PLACES_SHOWN_MAX));
  const unchanged = all.filter(({ lines: own }) => own.length === 0).map(({ name }) => name);
  if (all.length === 0) return null;
  return (
    <span className={cn("flex min-w-0 flex-wrap gap-x-4 gap-y-0.5 font-mono text-[11px] leading-4", className)}>
      {lines.slice(0, PLACES_SHOWN_MAX).map(({ line, place }) => (
        <span key={`${place} ${line.kind}`} className="min-w-0 break-words">
          <span className="text-quiet">{place} </span>
          {line.before === null ? <span className="text-quiet">{words.none}</span> : <del className="text-danger">{cut(line.before)}</del>}
          <span className="text-quiet"> → </span>
          {line.after === null ? (
            <span className="text-quiet">{words.gone}</span>
          ) : (
            <ins className="text-clear no-underline">{cut(line.after)}</ins>
          )}
        </span>
      ))}
      {more > 0 ? <span className="text-quiet">{words.morePlaces(more)}</span> : null}
      {lines.length === 0 ? (
        <span className="text-quiet">
          {unchanged.join(", ")} {words.unchanged}
        </span>
      ) : null}
    </span>
  );
}

function cut(text: string): string {
  return text.length <= TEXT_CHARACTERS_MAX ? text : `${text.slice(0, TEXT_CHARACTERS_MAX - 1)}…`.toWellFormed();
}
