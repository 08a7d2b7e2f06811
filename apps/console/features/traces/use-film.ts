/**
 * useFilm: which frame of the story is shown, and the clock that moves it while the film plays. The frame is in the URL (`?hop=`).
 */
"use client";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useEffect, useMemo, useState } from "react";
import { useReducedMotion } from "../../ui/use-reduced-motion.ts";
import { hopKey, type CausalTree, type TraceItem } from "./causal-tree.ts";
import { framesOf, stayMs } from "./story-film.ts";
import { useFrameKey } from "./use-frame-key.ts";

const paces = ["even", "real"] as const;
export type Pace = (typeof paces)[number];

export interface Film {
  frames: readonly TraceItem[];
  /** -1 when none is shown. */
  at: number;
  opened: TraceItem | null;
  playing: boolean;
  pace: Pace;
  open: (key: string | null) => void;
  step: (by: number) => void;
  toggle: () => void;
  setPace: (pace: Pace) => void;
}

export function useFilm(tree: CausalTree): Film {
  const { shown, now, go } = useFrameKey();
  const [pace, setPace] = useQueryState("pace", parseAsStringLiteral(paces).withDefault("even"));
  const [playing, setPlaying] = useState(false);
  const still = useReducedMotion();
  const frames = useMemo(() => framesOf(tree), [tree]);
  const at = indexOf(frames, shown);
  const ended = at >= frames.length - 1;
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(
      () => {
        if (ended) setPlaying(false);
        else go(stepped(frames, now(), 1), "replace");
      },
      at < 0 ? 0 : stayMs(frames, at, { pace, still }),
    );
    return () => clearTimeout(timer);
  }, [playing, ended, at, frames, pace, still, go, now]);
  return {
    frames,
    at,
    opened: frames[at] ?? null,
    playing,
    pace,
    open: (next) => {
      setPlaying(false);
      go(next, next === null ? "replace" : "push");
    },
    step: (by) => {
      setPlaying(false);
      // The step begins where the press before it led, because keys may come faster than the page is rendered.
      go(stepped(frames, now(), by), "replace");
    },
    toggle: () => {
      if (!playing && indexOf(frames, now()) >= frames.length - 1) go(frames[0]?.key ?? null, "replace");
      setPlaying(!playing);
    },
    setPace: (next) => void setPace(next),
  };
}

function indexOf(frames: readonly TraceItem[], hop: string | null): number {
  const key = hop === null ? null : hopKey(hop);
  return frames.findIndex((item) => item.key === key);
}

/** Returns the hop this many frames further; without a hop, the first or the last. */
function stepped(frames: readonly TraceItem[], hop: string | null, by: number): string | null {
  const from = indexOf(frames, hop);
  const to = from < 0 ? (by > 0 ? 0 : frames.length - 1) : from + by;
  return frames[Math.max(0, Math.min(frames.length - 1, to))]?.key ?? hop;
}
