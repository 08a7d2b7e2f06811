/**
 * One box of the bundled graph: a namespace with a cell for each type that is no card (brighter is slower, a red square fails, an amber
 * triangle has trouble), its rate and what waits. The head opens and closes it; a cell shows its type.
 */
"use client";
import { memo, use, useDeferredValue, useState } from "react";
import { compact, grouped, rate } from "../../../format/numbers.ts";
import { duration } from "../../../format/times.ts";
import type { FlowNode } from "../../../trpc/views.ts";
import { cn } from "../../../ui/cn.ts";
import { FilmMarksContext, filmClass, filmLook } from "../film/film-marks.ts";
import { HeldStack } from "./held-stack.tsx";
import { StatusWord, type Tone } from "../../../ui/feedback/status-word.tsx";
import { CELL, CELL_GAP, CELLS_A_ROW } from "./bundle-layout.ts";
import type { Group } from "./bundle.ts";
import { useFlowWords } from "../../../words/flow/use-flow-words.ts";
import type { FlowWords } from "../../../words/flow/en.ts";
import { useFlowMoreWords } from "../../../words/flow-more/use-flow-more-words.ts";

export interface GroupBoxProps {
  group: Group;
  width: number;
  height: number;
  chosenType: string | null;
  onToggle: (namespace: string) => void;
  onChoose: (node: FlowNode) => void;
}

const tones: Record<FlowNode["state"], Tone> = { clear: "clear", caution: "caution", danger: "danger", idle: "quiet" };

export const GroupBox = memo(function GroupBox({ group, width, height, chosenType, onToggle, onChoose }: GroupBoxProps) {
  const { group: words } = useFlowMoreWords().bundled;
  const { kind, name, open, members, cards, state } = group;
  const film = use(FilmMarksContext);
  const carded = new Set(cards.map((card) => card.id));
  const cells = members.filter((member) => !carded.has(member.id));
  const foldable = kind === "namespace" && group.id !== "namespaces";
  const head = <GroupHead group={group} hasCells={cells.length > 0} />;
  return (
    <div
      style={{ width, height }}
      data-group={group.id}
      className={cn(
        "flex flex-col rounded-md border bg-panel px-3 pt-2",
        state === "danger" ? "border-danger" : open ? "border-message" : "border-line-strong",
        filmClass(
          filmLook(
            film,
            members.map(({ id }) => id),
          ),
          film?.parked === true,
        ),
      )}
    >
      <HeldStack types={cells.map((cell) => cell.name)} name={name} />
      {foldable ? (
        <button
          type="button"
          className="block w-full rounded-[3px] text-left"
          aria-expanded={open}
          title={open ? words.close(name) : words.open(name)}
          onClick={() => onToggle(name)}
        >
          {head}
        </button>
      ) : (
        <div>{head}</div>
      )}
      <Cells name={name} cells={cells} open={open} chosenType={chosenType} onChoose={onChoose} />
    </div>
  );
});

function GroupHead({ group, hasCells }: { group: Group; hasCells: boolean }) {
  const { wait } = useFlowWords();
  const { group: words } = useFlowMoreWords().bundled;
  const { kind, name, open, members, cards, state } = group;
  return (
    <>
      <span className="flex w-full items-baseline gap-2">
        <StatusWord tone={tones[state]} className="min-w-0 flex-1 font-medium">
          <span className="truncate text-text" title={name}>
            {name}
          </span>
        </StatusWord>
        <span className="font-mono text-[12px]">{rate(group.ratePerSecond)}</span>
      </span>
      <span className="flex w-full justify-between gap-2 text-[12px] leading-4 text-quiet">
        {group.failing > 0 ? (
          <span className="text-danger" title={words.parkedToo(words.fail(group.failing, members.length), grouped(group.parked))}>
            {words.fail(group.failing, members.length)}
          </span>
        ) : (
          <span>
            {words[kind](members.length)}
            {open && hasCells ? words.shown(cards.length) : ""}
          </span>
        )}
        {group.waiting > 0 ? (
          <span className="font-mono whitespace-nowrap">{wait(compact(group.waiting))}</span>
        ) : group.parked > 0 ? (
          <span className="font-mono whitespace-nowrap text-danger">{words.parked(compact(group.parked))}</span>
        ) : null}
      </span>
    </>
  );
}

interface CellsProps {
  name: string;
  cells: readonly FlowNode[];
  open: boolean;
  chosenType: string | null;
  onChoose: (node: FlowNode) => void;
}

/** All cells are one stop of the Tab key: arrows go from cell to cell and say which type it is, Enter shows it. */
function Cells({ name, cells, open, chosenType, onChoose }: CellsProps) {
  const words = useFlowWords();
  const { group } = useFlowMoreWords().bundled;
  const [at, setAt] = useState<number | null>(null);
  // The graph library mounts all boxes in one task, so two hundred cells are rendered later, in slices. Their room is kept, because boxes
  // have a fixed size.
  const shown = useDeferredValue(true, false);
  const current = at === null ? undefined : cells[Math.min(at, cells.length - 1)];
  if (cells.length === 0) return null;
  return (
    <div
      role="application"
      aria-label={group.cells(name)}
      tabIndex={0}
      className={cn("relative flex flex-wrap rounded-[3px]", open ? "mt-auto mb-2" : "mt-1.5")}
      style={{ gap: CELL_GAP }}
      onFocus={(event) => setAt(event.currentTarget.matches(":focus-visible") ? 0 : null)}
      onBlur={() => setAt(null)}
      onKeyDown={(event) => {
        const step = cellSteps[event.key];
        if (event.key === "Enter" && current?.kind === "type") onChoose(current);
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        setAt(Math.min(cells.length - 1, Math.max(0, (at ?? 0) + step)));
      }}
      onClick={(event) => {
        const cell = cellOf(cells, event.target);
        if (cell?.kind === "type") onChoose(cell);
      }}
      onMouseOver={(event) => {
        // The title is written when it is needed, because two hundred titles that change every second would be most of the page's work.
        const cell = cellOf(cells, event.target);
        if (cell !== undefined && event.target instanceof HTMLElement) event.target.title = cellWords(cell, words, group.noCalls);
      }}
    >
      {shown
        ? cells.map((cell) => (
            <Cell
              key={cell.id}
              id={cell.id}
              state={cell.state}
              heat={heatOf(cell.p99Ms)}
              chosen={cell.name === chosenType || cell.id === current?.id}
            />
          ))
        : null}
      <span
        role="status"
        className={
          current === undefined
            ? "sr-only"
            : "absolute top-full left-0 z-20 mt-1 rounded border border-line bg-raised px-1.5 text-[12px] whitespace-nowrap shadow-lg"
        }
      >
        {current === undefined ? "" : cellWords(current, words, group.noCalls)}
      </span>
    </div>
  );
}

const cellSteps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -CELLS_A_ROW, ArrowDown: CELLS_A_ROW };

interface CellProps {
  id: string;
  state: FlowNode["state"];
  heat: number;
  chosen: boolean;
}

/** Rendered again only when it looks different. */
const Cell = memo(function Cell({ id, state, heat, chosen }: CellProps) {
  return (
    <span
      data-cell={id}
      style={{ width: CELL, height: CELL, background: `var(--heat-${heat})` }}
      className={cn(
        "relative flex items-center justify-center rounded-[2px] *:pointer-events-none",
        state === "idle" && "outline outline-1 -outline-offset-1 outline-line",
        chosen && "outline-2 outline-offset-1 outline-message",
      )}
    >
      {state === "danger" ? <span className="size-1.5 bg-danger outline outline-1 outline-ground" /> : null}
      {state === "caution" ? (
        <svg width="8" height="8" viewBox="0 0 8 8" className="text-caution">
          <path d="M4 0.5 7.8 7.5H0.2Z" fill="currentColor" stroke="var(--ground)" strokeWidth="0.5" />
        </svg>
      ) : null}
    </span>
  );
});

function cellOf(cells: readonly FlowNode[], target: EventTarget): FlowNode | undefined {
  const id = target instanceof HTMLElement ? target.dataset["cell"] : undefined;
  return id === undefined ? undefined : cells.find((cell) => cell.id === id);
}

function cellWords(node: FlowNode, words: FlowWords, noCalls: string): string {
  const p99 = node.p99Ms === null ? noCalls : `p99 ${duration(node.p99Ms)}`;
  return `${node.name}: ${words.state(node.stateWord)}, ${rate(node.ratePerSecond)}, ${p99}, ${words.waiting(grouped(node.waiting))}`;
}

/** The scale is fixed, from under 1 ms to 100 ms and more, so that quiet never looks like a storm. */
const heatFromMs = [1, 3, 10, 25, 50, 100] as const;

function heatOf(p99Ms: number | null): number {
  return p99Ms === null ? 0 : heatFromMs.filter((from) => p99Ms >= from).length;
}
