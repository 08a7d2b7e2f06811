/**
 * useFilter: the filter of a page as it is in the URL, compiled by the module that the gateway runs. A text in the URL that is no filter
 * shows every row, and the filter's line says what is wrong with it. Neighbours: filter-bar.tsx shows it.
 */
"use client";
import type { CompiledFilter, Filter, FilterSubject } from "@signalbox/gateway/filter";
import { parseAsString, useQueryState } from "nuqs";
import { useEffect, useMemo, useState } from "react";
import { compiledBy, everyRow, loadLanguage, noRow, useLanguage, type FilterLanguage } from "./language.ts";

export interface PageFilter {
  /** The text in the URL. */
  readonly text: string;
  readonly compiled: CompiledFilter;
  /** The filter in force. */
  readonly filter: Filter;
  /** The text of the filter in force, for the gateway. */
  readonly sent: string;
  readonly set: (text: string) => void;
  /** Returns the text that a field must equal; null when the filter does not say so at its top level. */
  readonly equalOf: (field: string) => string | null;
  readonly setEqual: (field: string, value: string | null) => void;
  /** Adds more parts that have to hold. */
  readonly add: (chips: readonly string[]) => void;
}

/** A page that opens with a filter sends it to the gateway at once, and shows no row until the language is there. */
export function useFilter(subject: FilterSubject): PageFilter {
  const [text, setText] = useQueryState("filter", parseAsString.withDefault(""));
  const language = useWantedLanguage(text.trim() !== "");
  const compiled = useMemo(() => compiledBy(language, text, subject), [language, text, subject]);
  const filter = useMemo(() => {
    if (compiled.kind === "ok") return compiled.filter;
    return language === undefined ? noRow(subject, text) : everyRow(subject);
  }, [compiled, language, subject, text]);
  const put = (next: string): void => void setText(next === "" ? null : next, { history: "push" });
  return {
    text,
    compiled,
    filter,
    sent: filter.text,
    // The language is loaded first, so that the page need not wait for it in the middle of its work.
    set: (next) => void (next === "" ? put(next) : afterLoading(() => put(next))),
    equalOf: (field) => language?.equalOf(filter, field) ?? null,
    setEqual: (field, value) => void afterLoading(({ withEqual }) => put(withEqual(filter, field, value))),
    add: (chips) => void afterLoading(({ chipsOf, textOfChips }) => put(textOfChips([...chipsOf(filter), ...chips]))),
  };
}

/**
 * It does not suspend: a page that waited in the middle of its first render was rendered again with each frame of the live stream, and
 * never shown.
 */
function useWantedLanguage(wanted: boolean): FilterLanguage | undefined {
  const language = useLanguage();
  const [failed, setFailed] = useState<unknown>();
  useEffect(() => {
    if (wanted) loadLanguage().catch((error: unknown) => setFailed(error));
  }, [wanted]);
  if (failed !== undefined) throw failed;
  return wanted ? language : undefined;
}

async function afterLoading(act: (language: FilterLanguage) => void): Promise<void> {
  act(await loadLanguage());
}
