/**
 * ThreeWayView: the value moved on while it was being edited: what the edit began with, what is there now and what the person wrote, beside each other,
 * with the two ways on. Neighbour: edit-value-dialog.tsx, which writes nothing until one of them is chosen.
 */
"use client";
import type { ReactElement } from "react";
import { counted } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { threeWay, type ThreeTexts, type ThreeWayRow } from "../../values/three-way.ts";

const ROWS_SHOWN_MAX = 50;
const columns = ["Where you began", "There now", "Yours"] as const;

export interface ThreeWayViewProps {
  what: "value" | "message";
  texts: ThreeTexts;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

export function ThreeWayView({ what, texts, onTakeTheirs, onKeepMine }: ThreeWayViewProps): ReactElement {
  const { rows, more } = threeWay(texts);
  const hidden = more + Math.max(0, rows.length - ROWS_SHOWN_MAX);
  return (
    <section
      aria-label={`The ${what} moved on`}
      className="flex flex-col gap-2 rounded border border-line bg-caution-soft px-3 py-2 text-[13px]"
    >
      <div role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <StatusWord tone="caution" className="font-medium">
          The live {what} changed while you were editing.
        </StatusWord>
        <span className="min-w-0 flex-1 basis-48">Nothing was written. Choose which one you go on from.</span>
      </div>
      <table className="w-full table-fixed border-collapse rounded bg-ground text-left font-mono text-[12px] leading-5">
        <thead className="font-sans text-quiet">
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" className="px-2 py-1 font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {rows.slice(0, ROWS_SHOWN_MAX).map((row) => (
          <Row key={row.path} row={row} />
        ))}
      </table>
      {hidden > 0 ? <p className="text-[12px] text-quiet">{counted(hidden, "more place differs", "more places differ")}.</p> : null}
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={onTakeTheirs}>
          Take theirs
        </Button>
        <Button size="small" onClick={onKeepMine}>
          Keep mine, over what is there now
        </Button>
      </div>
    </section>
  );
}

const byWords: Record<ThreeWayRow["by"], string> = { them: "changed there", me: "changed by you", both: "changed by both" };

function Row({ row }: { row: ThreeWayRow }): ReactElement {
  const { path, base, theirs, mine, by } = row;
  return (
    <tbody className="border-t border-line align-top">
      <tr>
        <th scope="rowgroup" colSpan={columns.length} className="px-2 pt-1 font-normal break-words">
          {path === "" ? "" : `${path} `}
          <span className={cn("font-sans text-[12px]", by === "both" ? "text-caution" : "text-quiet")}>{byWords[by]}</span>
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
  return (
    <td className="px-2 pb-1">
      <div className={cn("max-h-32 overflow-hidden break-words whitespace-pre-wrap", changed ? "font-semibold text-text" : "text-quiet")}>
        {text ?? <span className="font-sans font-normal">not there</span>}
      </div>
    </td>
  );
}
