/**
 * GuideProgress: how far a newcomer is, in this browser: the first steps begin on an empty console, the third is done when a trace was
 * opened whose hops changed state, and they end when a person closes them. The other steps are read from the gateway (use-guide.ts).
 */
"use client";
import { useSyncExternalStore } from "react";

const KEY = "signalbox.first-steps";
const stages = ["none", "begun", "trace-seen", "closed"] as const;
export type GuideStage = (typeof stages)[number];

const watchers = new Set<() => void>();
let kept: GuideStage | undefined;

function read(): GuideStage {
  try {
    kept ??= stages.find((stage) => stage === localStorage.getItem(KEY)) ?? "none";
  } catch {
    kept = "none";
  }
  return kept;
}

/** It moves only forward, so what was closed stays closed. */
export function guideReached(stage: GuideStage): void {
  if (stages.indexOf(stage) <= stages.indexOf(read())) return;
  kept = stage;
  try {
    localStorage.setItem(KEY, stage);
  } catch {
    // Without storage the stage holds for this page only.
  }
  for (const watcher of watchers) watcher();
}

/** Called when a trace was opened; it counts for those who began. */
export function traceSeen(): void {
  if (read() === "begun") guideReached("trace-seen");
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useGuideStage(): GuideStage {
  return useSyncExternalStore(watch, read, () => "none" as const);
}
