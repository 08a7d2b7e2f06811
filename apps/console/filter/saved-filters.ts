/** SavedFilters: filters that a person gave a name, by what they are about, in this browser; a link shares one. Bounded: savedMax of each kind. */
"use client";
import type { FilterSubject } from "@signalbox/gateway/filter";
import { useEffect, useState } from "react";
import { loadLanguage } from "./language.ts";

export interface SavedFilter {
  readonly name: string;
  readonly text: string;
}

const savedMax = 50;
export const nameCharactersMax = 60;

export function useSavedFilters(subject: FilterSubject) {
  const [saved, setSaved] = useState<readonly SavedFilter[]>([]);
  useEffect(() => {
    let gone = false;
    void read(subject).then((rows) => (gone ? undefined : setSaved(rows)));
    return () => {
      gone = true;
    };
  }, [subject]);
  const keep = (next: readonly SavedFilter[]): void => {
    setSaved(next);
    localStorage.setItem(keyOf(subject), JSON.stringify(next));
  };
  return {
    saved,
    save: (filter: SavedFilter) => keep([filter, ...saved.filter(({ name }) => name !== filter.name)].slice(0, savedMax)),
    forget: (name: string) => keep(saved.filter((filter) => filter.name !== name)),
  };
}

function keyOf(subject: FilterSubject): string {
  return `signalbox.filters.${subject}`;
}

/** What another version left there, or somebody else, is passed over. */
async function read(subject: FilterSubject): Promise<SavedFilter[]> {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(keyOf(subject)) ?? "[]");
    if (!Array.isArray(parsed) || parsed.length === 0) return [];
    const { compileFilter } = await loadLanguage();
    return parsed.filter((row) => isSaved(row) && compileFilter(row.text, subject).kind === "ok").slice(0, savedMax);
  } catch {
    return [];
  }
}

function isSaved(row: unknown): row is SavedFilter {
  return (
    typeof row === "object" &&
    row !== null &&
    "name" in row &&
    "text" in row &&
    typeof row.name === "string" &&
    typeof row.text === "string"
  );
}
