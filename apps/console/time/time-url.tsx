/**
 * TimeUrl: `?at=` of every page. The moment in the URL is adopted (a link, back, forward); a link to another page keeps the moment; what a
 * person chooses is one entry of the history. It renders nothing.
 */
"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useRef } from "react";
import { momentText, parseMoment } from "./time-cursor.ts";
import { useTimeStore } from "./use-time.tsx";

/** What this tab wrote while time played. It comes back later than the next step, and nobody asked for it. */
const written = new Set<string>();
const writtenMax = 64;

function put(atMs: number | null, way: "push" | "replace"): void {
  const url = new URL(window.location.href);
  if (atMs === null) url.searchParams.delete("at");
  else {
    const text = momentText(atMs);
    url.searchParams.set("at", text);
    if (written.size >= writtenMax) written.clear();
    written.add(text);
  }
  if (url.href === window.location.href) return;
  if (way === "push") window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
}

export function TimeUrl(): null {
  const store = useTimeStore();
  const pathname = usePathname();
  const text = useSearchParams().get("at");
  const shown = useRef(pathname);

  useEffect(() => store.onSettled(put), [store]);
  useEffect(() => {
    const moment = parseMoment(text);
    const { settledMs } = store.snapshot();
    const moved = shown.current !== pathname;
    shown.current = pathname;
    if (moment === null && moved && settledMs !== null) put(settledMs, "replace");
    else if (store.snapshot().cursor.kind !== "playing" || text === null || !written.has(text)) store.adopt(moment);
  }, [store, pathname, text]);
  return null;
}
