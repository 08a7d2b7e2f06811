/**
 * The present, once a second, for ages that are shown ("12 s ago"); 0 until the page runs in the browser.
 */
"use client";
import { useSyncExternalStore } from "react";

const SECOND_MS = 1_000;

function watch(onChange: () => void): () => void {
  const timer = setInterval(onChange, SECOND_MS);
  return () => clearInterval(timer);
}

export function useSeconds(): number {
  return useSyncExternalStore(
    watch,
    () => Math.floor(Date.now() / SECOND_MS) * SECOND_MS,
    () => 0,
  );
}
