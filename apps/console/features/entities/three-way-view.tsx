/**
 * ThreeWayView: the value changed while it was being edited: what the edit began with, what is there now and what the person wrote, beside
 * each other, with two ways to continue. Neighbour: edit-value-dialog.tsx, which writes nothing until one of them is chosen.
 */
"use client";
import type { ReactElement } from "react";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { threeWay, type ThreeTexts, type ThreeWayRow } from "../../values/three-way.ts";
import { useValuesWords } from "../../words/values/use-values-words.ts";

const ROWS_SHOWN_MAX = 50;
const columns = ["began", "now", "yours"] as const;

export interface ThreeWayViewProps {
  what: "value" | "message";
  texts: ThreeTexts;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

export function ThreeWayView({ what, texts, onTakeTheirs, onKeepMine }: ThreeWayViewProps): ReactElement {
  const words = useValuesWords();
  const { rows, more } = threeWay(texts);
  const hidden = more + Math.max(0, rows.length - ROWS_SHOWN_MAX);
  return (
    <section
      aria-label={words.threeWay.movedOn[what]}
      className="flex flex-col gap-2 rounded border border-line bg-caution-soft px-3 py-2 text-[13px]"
    >
      <div role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <StatusWord tone="caution" className="font-medium">
          {words.threeWay.changed[what]}
        </StatusWord>
        <span className="min-w-0 flex-1 basis-48">{words.threeWay.choose}</span>
      </div>
      <table className="w-full table-fixed border-collapse rounded bg-ground text-left font-mono text-[12px] leading-5">
        <thead className="font-sans text-quiet">
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" className="px-2 py-1 font-normal">
                {words.threeWay[name]}
              </th>
            ))}
          </tr>
        </thead>
        {rows.slice(0, ROWS_SHOWN_MAX).map((row) => (
          <Row key={row.path} row={row} />
        ))}
      </table>
      {hidden > 0 ? <p className="text-[12px] text-quiet">{words.threeWay.more(hidden)}</p> : null}
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={onTakeTheirs}>
          {words.threeWay.theirs}
        </Button>
        <Button size="small" onClick={onKeepMine}>
          {words.threeWay.mine}
        </Button>
      </div>
    </section>
  );
}

function Row({ row }: { row: ThreeWayRow }): ReactElement {
  const words = useValuesWords();
  const { path, base, theirs, mine, by } = row;
  return (
    <tbody className="border-t border-line align-top">
      <tr>
        <th scope="rowgroup" colSpan={columns.length} className="px-2 pt-1 font-normal break-words">
          {path === "" ? "" : `${path} `}
          <span className={cn("font-sans text-[12px]", by === "both" ? "text-caution" : "text-quiet")}>{words.threeWay.by[by]}</span>
        </th>
      </tr>
      <tr>
        <Cell text={base} />
        <Cell text={theirs} changed={theirs !== base} />
        <Cell text={mine} changed={mine !== base} />
      </tr>
    </tbody>
  );
}

function Cell({ text, changed = false }: { text: string | null; changed?: boolean }): ReactElement {
  const words = useValuesWords();
  return (
    <td className="px-2 pb-1">
      <div className={cn("max-h-32 overflow-hidden break-words whitespace-pre-wrap", changed ? "font-semibold text-text" : "text-quiet")}>
        {text ?? <span className="font-sans font-normal">{words.threeWay.absent}</span>}
      </div>
    </td>
  );
}
