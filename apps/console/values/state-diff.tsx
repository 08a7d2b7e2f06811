/**
 * StateDiff: state before → after of one invocation, field by field when both decode as JSON. Added and removed have a sign, not only a
 * colour. Entity history and traces use it.
 */
"use client";
import { useMemo, type ReactElement } from "react";
import type { StateChangeView } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import type { DiffLine } from "./json-diff.ts";
import { placeOf, stateChangeLines } from "./state-change-lines.ts";
import { useValuesWords } from "../words/values/use-values-words.ts";

export function StateDiff({ changes, className }: { changes: readonly StateChangeView[]; className?: string }): ReactElement {
  return (
    <div className={cn("flex flex-col gap-1 font-mono text-[12px] leading-5", className)}>
      {changes.map((change) => (
        <StateChange key={change.name} change={change} />
      ))}
    </div>
  );
}

function StateChange({ change }: { change: StateChangeView }): ReactElement {
  const words = useValuesWords();
  const { before, after } = change;
  const { lines, more } = useMemo(() => stateChangeLines({ before, after }), [before, after]);
  const typename = (after ?? before)?.typename;
  return (
    <div title={typename}>
      {lines.length === 0 ? (
        <p>
          {change.name} <span className="text-quiet">{words.unchanged}</span>
        </p>
      ) : lines.length === 1 && lines[0] !== undefined ? (
        <Line line={lines[0]} prefix={change.name} />
      ) : (
        <>
          <p>{change.name}</p>
          {lines.map((line) => (
            <Line key={`${line.kind} ${line.path}`} line={line} prefix="" indent />
          ))}
        </>
      )}
      {more > 0 ? <p className="pl-4 text-quiet">{words.morePlaces(more)}</p> : null}
    </div>
  );
}

function Line({ line, prefix, indent = false }: { line: DiffLine; prefix: string; indent?: boolean }): ReactElement {
  const place = placeOf(prefix, line);
  return (
    <p className={cn("break-words whitespace-pre-wrap", indent && "pl-4")}>
      <span className={line.path === "" ? "text-text" : "text-quiet"}>{place} </span>
      {line.before === null ? null : <del className="text-danger">{line.kind === "removed" ? `− ${line.before}` : line.before}</del>}
      {line.kind === "changed" ? <span className="text-quiet"> → </span> : null}
      {line.after === null ? null : <ins className="text-clear no-underline">{line.kind === "added" ? `+ ${line.after}` : line.after}</ins>}
    </p>
  );
}
