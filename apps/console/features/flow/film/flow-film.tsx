/**
 * FlowFilm: a trace as a film over the whole Flow (`?film=7&hop=…`): each frame marks on the graph below it where the story is, keys go
 * from hop to hop, and every frame is a link. Neighbours: features/traces/use-film.ts owns the frames, film-marks.ts says what a frame
 * marks.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { useTRPC } from "../../../trpc/context.tsx";
import type { FlowEdge, TraceDetail } from "../../../trpc/views.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/feedback/error-state.tsx";
import { addressOf, causalTree, type TraceItem } from "../../traces/causal-tree.ts";
import { FilmBar } from "../../traces/film-bar.tsx";
import { useFilm } from "../../traces/use-film.ts";
import { FilmMarksContext, filmMarks } from "./film-marks.ts";
import { useFlowMoreWords } from "../../../words/flow-more/use-flow-more-words.ts";
import type { FlowMoreWords } from "../../../words/flow-more/en.ts";

export interface FlowFilmProps {
  trace: number;
  edges: readonly FlowEdge[];
  onClose: () => void;
  children: ReactNode;
}

export function FlowFilm({ trace, edges, onClose, children }: FlowFilmProps) {
  const { film: words } = useFlowMoreWords();
  const query = useQuery(useTRPC().traces.get.queryOptions({ trace }));
  if (query.data !== undefined && query.data.records.length > 0)
    return (
      <Shown key={trace} detail={query.data} edges={edges} onClose={onClose}>
        {children}
      </Shown>
    );
  return (
    <div className="flex size-full flex-col">
      <div className="min-h-0 flex-1">{children}</div>
      <div className="flex items-center gap-3 border-t border-line bg-panel px-4 py-2 text-quiet">
        {query.error === null ? (
          <p>{query.data === undefined ? words.reading(trace) : words.nothing(trace)}</p>
        ) : (
          <ErrorState inline error={query.error} />
        )}
        <Button size="small" onClick={onClose}>
          {words.close}
        </Button>
      </div>
    </div>
  );
}

function Shown({ detail, edges, onClose, children }: Omit<FlowFilmProps, "trace"> & { detail: TraceDetail }) {
  const { film: words } = useFlowMoreWords();
  const tree = useMemo(() => causalTree(detail.trace, detail.records), [detail]);
  const film = useFilm(tree);
  const { frames, at, opened } = film;
  const marks = useMemo(() => filmMarks(tree, { frames, at, opened }, edges), [tree, frames, at, opened, edges]);
  return (
    <FilmMarksContext value={marks}>
      <div className="flex size-full flex-col">
        <div className="min-h-0 flex-1">{children}</div>
        <p role="status" className="flex shrink-0 items-center gap-3 border-t border-line bg-panel px-4 pt-2 text-[12px]">
          <span className="min-w-0 flex-1 truncate">{opened === null ? words.before(detail.trace) : wordsOf(opened, words)}</span>
          <Button size="small" onClick={onClose}>
            {words.closeFilm}
          </Button>
        </p>
        <FilmBar trace={detail.trace} film={film} place="flow" />
      </div>
    </FilmMarksContext>
  );
}

function wordsOf(item: TraceItem, words: FlowMoreWords["film"]): string {
  const { type, id } = addressOf(item);
  const entity = `${type}/${id}`;
  switch (item.kind) {
    case "record":
      return item.record.outcome === "parked" ? words.wasParked(entity) : words.wasCalled(entity);
    case "egress":
      return words.sentTo(entity, item.egress);
    case "delayed":
      return words.delayed(entity);
    case "waiting":
      return words.waits(entity);
  }
}
