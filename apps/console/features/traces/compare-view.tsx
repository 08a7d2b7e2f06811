/**
 * CompareView: another trace beside this one: hop by hop by structure, the times of both, and what differs; a sentence names the first
 * difference.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useMemo, type ReactElement } from "react";
import { nameOf } from "../../format/texts.ts";
import { duration } from "../../format/times.ts";
import { traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { TraceDetail } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { addressOf, causalTree, type CausalTree, type TraceItem } from "./causal-tree.ts";
import { compareTraces, type ComparedRow } from "./compare-traces.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";
import type { StoryWords } from "../../words/story/en.ts";

const INDENT_PX = 14;

export function CompareView({ tree, other, onClose }: { tree: CausalTree; other: number; onClose: () => void }): ReactElement {
  const words = useStoryWords();
  const query = useQuery(useTRPC().traces.get.queryOptions({ trace: other }));
  return (
    <QueryView query={query} what={words.what(other)}>
      {(detail) =>
        detail.records.length === 0 ? (
          <EmptyState title={words.compare.noRecord(other)} action={<Button onClick={onClose}>{words.compare.back}</Button>}>
            {words.compare.noRecordAbout}
          </EmptyState>
        ) : (
          <SideBySide tree={tree} detail={detail} onClose={onClose} />
        )
      }
    </QueryView>
  );
}

function SideBySide({ tree, detail, onClose }: { tree: CausalTree; detail: TraceDetail; onClose: () => void }): ReactElement {
  const { compare: words, differences } = useStoryWords();
  const other = useMemo(() => causalTree(detail.trace, detail.records), [detail]);
  const { rows, first } = useMemo(() => compareTraces(tree, other, differences), [tree, other, differences]);
  const span = (each: CausalTree): number => each.endMs - each.startMs;
  return (
    <section aria-label={words.label(detail.trace)}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5 text-[13px]">
        <p>
          {words.beside}
          <Link href={traceHref(detail.trace)} className="font-mono text-message hover:underline">
            #{detail.trace}
          </Link>
          {first === null ? words.same : words.differ(titleOf(first, words), first.differences.join(", "))}
        </p>
        <span className="font-mono text-[12px] text-quiet">{words.times(duration(span(tree)), duration(span(other)))}</span>
        <Button size="small" className="ml-auto" onClick={onClose}>
          {words.close}
        </Button>
      </div>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={words.table}>
        <table className="w-full min-w-[640px] table-fixed text-[12px]">
          <thead className="text-left text-quiet">
            <tr>
              <th className="px-4 py-1.5 font-normal">{words.columns.hop}</th>
              <th className="w-24 px-2 text-right font-normal">#{tree.trace}</th>
              <th className="w-24 px-2 text-right font-normal">#{detail.trace}</th>
              <th className="w-24 px-2 text-right font-normal">{words.columns.difference}</th>
              <th className="px-4 font-normal">{words.columns.what}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.key} row={row} first={row === first} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ row, first }: { row: ComparedRow; first: boolean }): ReactElement {
  const { compare: words } = useStoryWords();
  const { leftMs, rightMs, differences } = row;
  const delta = leftMs === null || rightMs === null ? null : rightMs - leftMs;
  return (
    <tr className={`border-t border-line ${first ? "bg-selected" : ""}`}>
      <td className="truncate px-4 py-1.5 font-mono" style={{ paddingLeft: 16 + Math.min(row.depth, 10) * INDENT_PX }}>
        {titleOf(row, words)}
      </td>
      <td className="px-2 text-right font-mono">{leftMs === null ? (row.left === null ? "–" : "") : duration(leftMs)}</td>
      <td className="px-2 text-right font-mono">{rightMs === null ? (row.right === null ? "–" : "") : duration(rightMs)}</td>
      <td className="px-2 text-right font-mono text-quiet">
        {delta === null || delta === 0 ? "" : `${delta > 0 ? "+" : "−"}${duration(Math.abs(delta))}`}
      </td>
      <td className="px-4">{differences.length === 0 ? <span className="text-quiet">{words.theSame}</span> : differences.join(", ")}</td>
    </tr>
  );
}

function titleOf({ left, right }: Pick<ComparedRow, "left" | "right">, words: StoryWords["compare"]): string {
  const item: TraceItem | null = left ?? right;
  if (item === null) return "";
  const { type, id } = addressOf(item);
  switch (item.kind) {
    case "record":
      return `${type}/${id} ${nameOf(item.record.messages[0]?.value.typename ?? item.record.act ?? "")}`;
    case "egress":
      return `◇ ${item.egress}`;
    case "waiting":
      return words.waits(`${type}/${id}`);
    case "delayed":
      return words.delayed(`${type}/${id}`);
  }
}
