/**
 * SendChoices: a person's choices for sending in this browser: to go to the trace at once, to wait for the answer. Unreadable storage means
 * the default.
 */
"use client";
import { useCallback, useSyncExternalStore } from "react";
import * as z from "zod/mini";

const KEY = "signalbox.send-choices";
const shape = z.object({ toTrace: z.boolean(), call: z.boolean() });
export type SendChoices = z.output<typeof shape>;

const standard: SendChoices = { toTrace: true, call: false };
const watchers = new Set<() => void>();
let cache: { text: string | null; choices: SendChoices } = { text: null, choices: standard };

function read(): SendChoices {
  try {
    const text = window.localStorage.getItem(KEY);
    if (text === cache.text) return cache.choices;
    const parsed = shape.safeParse(JSON.parse(text ?? "null"));
    cache = { text, choices: parsed.success ? parsed.data : standard };
  } catch {
    return cache.choices;
  }
  return cache.choices;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useSendChoices(): { choices: SendChoices; choose: (change: Partial<SendChoices>) => void } {
  const choices = useSyncExternalStore(watch, read, () => standard);
  const choose = useCallback((change: Partial<SendChoices>) => {
    const next = { ...read(), ...change };
    cache = { text: JSON.stringify(next), choices: next };
    try {
      window.localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // Without storage the choice holds for this page only.
    }
    for (const watcher of watchers) watcher();
  }, []);
  return { choices, choose };
}
