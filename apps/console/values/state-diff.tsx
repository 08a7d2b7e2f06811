/**
 * StateDiff: state before → after of one invocation, field by field where both decode as JSON. Added and removed carry a sign,
 * not only a colour. Used by entity history and by traces.
 */
"use client";
import { useMemo, type ReactElement } from "react";
import type { StateChangeView, ValueView } from "../trpc/views.ts";
import { cn } from "../ui/cn.ts";
import { diffJson, type DiffLine, type JsonDiff } from "./json-diff.ts";
import { parseJson } from "./json-node.ts";
import { lineOf } from "./value-view.tsx";

function jsonDiffOf(before: ValueView | null, after: ValueView | null): JsonDiff | null {
  if (before?.as !== "json" || after?.as !== "json") return null;
  const left = parseJson(before.text);
  const right = parseJson(after.text);
  return left === null || right === null ? null : diffJson(left, right);
}

function wholeLine(before: ValueView | null, after: ValueView | null): DiffLine {
  const left = before === null ? null : lineOf(before);
  const right = after === null ? null : lineOf(after);
  return { kind: left === null ? "added" : right === null ? "removed" : "changed", path: "", before: left, after: right };
}

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
  const { before, after } = change;
  const diff = useMemo(() => jsonDiffOf(before, after), [before, after]);
  const lines = diff?.lines ?? [wholeLine(before, after)];
  const typename = (after ?? before)?.typename;
  return (
    <div title={typename}>
      {lines.length === 0 ? (
        <p>
          {change.name} <span className="text-quiet">written again, unchanged</span>
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
      {diff !== null && diff.more > 0 ? <p className="pl-4 text-quiet">and {diff.more} more places</p> : null}
    </div>
  );
}

function Line({ line, prefix, indent = false }: { line: DiffLine; prefix: string; indent?: boolean }): ReactElement {
  const place =
    prefix === "" ? line.path : line.path === "" ? prefix : line.path.startsWith("[") ? `${prefix}${line.path}` : `${prefix}.${line.path}`;
  return (
    <p className={cn("break-words whitespace-pre-wrap", indent && "pl-4")}>
      <span className={line.path === "" ? "text-text" : "text-quiet"}>{place} </span>
      {line.before === null ? null : (
        <del className={cn("text-danger", line.kind === "changed" && "no-underline")}>
          {line.kind === "removed" ? `− ${line.before}` : line.before}
        </del>
      )}
      {line.kind === "changed" ? <span className="text-quiet"> → </span> : null}
      {line.after === null ? null : <ins className="text-clear no-underline">{line.kind === "added" ? `+ ${line.after}` : line.after}</ins>}
    </p>
  );
}
