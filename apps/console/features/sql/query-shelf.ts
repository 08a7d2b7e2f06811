/**
 * QueryShelf: the queries of this browser: those that were run last, and those that a person saved under a name. Unreadable storage is an
 * empty shelf.
 */
"use client";
import { useCallback, useSyncExternalStore } from "react";
import * as z from "zod/mini";

export const HISTORY_MAX = 50;
const SAVED_MAX = 100;
const SQL_CHARACTERS_MAX = 20_000;
const KEY = "signalbox.queries";

const shelf = z.object({
  history: z.array(z.object({ sql: z.string(), atMs: z.number() })),
  saved: z.array(z.object({ name: z.string(), sql: z.string() })),
});
export type Shelf = z.output<typeof shelf>;

const empty: Shelf = { history: [], saved: [] };
const watchers = new Set<() => void>();
let cache: { text: string | null; shelf: Shelf } = { text: null, shelf: empty };

function read(): Shelf {
  try {
    const text = window.localStorage.getItem(KEY);
    if (text === cache.text) return cache.shelf;
    const parsed = shelf.safeParse(JSON.parse(text ?? "null"));
    cache = { text, shelf: parsed.success ? parsed.data : empty };
  } catch {
    cache = { ...cache, shelf: cache.shelf };
  }
  return cache.shelf;
}

function write(next: Shelf): void {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    return;
  }
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  window.addEventListener("storage", watcher);
  return () => {
    watchers.delete(watcher);
    window.removeEventListener("storage", watcher);
  };
}

/** The same text moves to the front. */
export function withRun({ history, saved }: Shelf, sql: string, atMs: number): Shelf {
  if (sql.length > SQL_CHARACTERS_MAX) return { history, saved };
  return { history: [{ sql, atMs }, ...history.filter((entry) => entry.sql !== sql)].slice(0, HISTORY_MAX), saved };
}

/** A name that exists already gets the new text. */
export function withSaved({ history, saved }: Shelf, name: string, sql: string): Shelf {
  return { history, saved: [{ name, sql }, ...saved.filter((entry) => entry.name !== name)].slice(0, SAVED_MAX) };
}

export function useQueryShelf(): {
  shelf: Shelf;
  ran: (sql: string) => void;
  save: (name: string, sql: string) => void;
  forget: (name: string) => void;
} {
  const current = useSyncExternalStore(watch, read, () => empty);
  const ran = useCallback((sql: string) => write(withRun(read(), sql, Date.now())), []);
  const save = useCallback((name: string, sql: string) => write(withSaved(read(), name, sql)), []);
  const forget = useCallback((name: string) => {
    const { history, saved } = read();
    write({ history, saved: saved.filter((entry) => entry.name !== name) });
  }, []);
  return { shelf: current, ran, save, forget };
}
