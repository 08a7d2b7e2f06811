/**
 * RecentMessages: the last twenty messages sent from this browser, kept in its storage. Unreadable storage is an empty list, never an
 * error, because this is a convenience.
 */
"use client";
import { useCallback, useSyncExternalStore } from "react";
import * as z from "zod/mini";
import type { Draft } from "./message-body.ts";

const RECENT_MESSAGES_MAX = 20;
const BODY_CHARACTERS_MAX = 20_000;
const KEY = "signalbox.recent-messages";

const recent = z.array(
  z.object({
    type: z.string(),
    id: z.string(),
    valueType: z.string(),
    body: z.string(),
    raw: z.boolean(),
    count: z.number(),
    sentMs: z.number(),
    trace: z.nullable(z.number()),
  }),
);
export type RecentMessage = Draft & { sentMs: number; trace: number | null };

const none: readonly RecentMessage[] = [];
const watchers = new Set<() => void>();
let cache: { text: string | null; list: readonly RecentMessage[] } = { text: null, list: none };

function read(): readonly RecentMessage[] {
  let text: string | null = null;
  try {
    text = window.localStorage.getItem(KEY);
  } catch {
    return cache.list;
  }
  if (text === cache.text) return cache.list;
  try {
    const parsed = recent.safeParse(JSON.parse(text ?? "[]"));
    cache = { text, list: parsed.success ? parsed.data : none };
  } catch {
    cache = { text, list: none };
  }
  return cache.list;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  window.addEventListener("storage", watcher);
  return () => {
    watchers.delete(watcher);
    window.removeEventListener("storage", watcher);
  };
}

export function useRecentMessages(): { list: readonly RecentMessage[]; add: (message: RecentMessage) => void } {
  const list = useSyncExternalStore(watch, read, () => none);
  const add = useCallback((message: RecentMessage) => {
    if (message.body.length > BODY_CHARACTERS_MAX) return;
    const next = [message, ...read()].slice(0, RECENT_MESSAGES_MAX);
    try {
      window.localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      return;
    }
    for (const watcher of watchers) watcher();
  }, []);
  return { list, add };
}
