/**
 * The filter language of the gateway, fetched when somebody first uses a filter: it contains a CEL library of 40 KB, and most visits filter
 * nothing. A page without a filter needs none of it: every row fits. Neighbours: use-filter.ts, filter-line.tsx.
 */
"use client";
import type { CompiledFilter, Filter, FilterSubject } from "@signalbox/gateway/filter";
import { useSyncExternalStore } from "react";

export type FilterLanguage = typeof import("@signalbox/gateway/filter");

let loaded: FilterLanguage | undefined;
let loading: Promise<FilterLanguage> | undefined;
const watchers = new Set<() => void>();

export function loadLanguage(): Promise<FilterLanguage> {
  if (loading !== undefined) return loading;
  const coming = import("@signalbox/gateway/filter").then(
    (language) => {
      loaded = language;
      for (const watcher of watchers) watcher();
      return language;
    },
    (error: unknown) => {
      // The next caller tries again.
      loading = undefined;
      throw error;
    },
  );
  loading = coming;
  return coming;
}

function loadedLanguage(): FilterLanguage | undefined {
  return loaded;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Undefined until somebody asked for it and it arrived. */
export function useLanguage(): FilterLanguage | undefined {
  return useSyncExternalStore(watch, loadedLanguage, () => undefined);
}

export function everyRow(subject: FilterSubject): Filter {
  return { subject, text: "", tree: undefined, fields: new Set(), steps: 0, look: () => ({ kind: "fits" }) };
}

/** Stands in for a filter that cannot be evaluated yet. */
export function noRow(subject: FilterSubject, text: string): Filter {
  return { ...everyRow(subject), text, look: () => ({ kind: "differs" }) };
}

/** Compiles the text, or says that this is not possible yet. */
export function compiledBy(language: FilterLanguage | undefined, text: string, subject: FilterSubject): CompiledFilter {
  if (text.trim() === "") return { kind: "ok", filter: everyRow(subject) };
  if (language !== undefined) return language.compileFilter(text, subject);
  return { kind: "error", unfinished: true, at: text.length, until: text.length, message: "Not looked at yet.", cure: "" };
}
