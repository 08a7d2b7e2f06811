/**
 * useFilter: the filter of a page as it stands in the URL, compiled by the module that the gateway runs. What in the URL is no filter shows every row and
 * says what is wrong with it, in the filter's line. Neighbours: filter-bar.tsx shows it.
 */
"use client";
import { compileFilter, filterOf, type CompiledFilter, type Filter, type FilterSubject } from "@signalbox/gateway/filter";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";

export interface PageFilter {
  /** What stands in the URL. */
  readonly text: string;
  readonly compiled: CompiledFilter;
  /** What is in force. */
  readonly filter: Filter;
  /** Of the filter in force, for the gateway. */
  readonly sent: string;
  readonly set: (text: string) => void;
}

export function useFilter(subject: FilterSubject): PageFilter {
  const [text, setText] = useQueryState("filter", parseAsString.withDefault(""));
  const compiled = useMemo(() => compileFilter(text, subject), [text, subject]);
  const filter = useMemo(() => filterOf(text, subject), [text, subject]);
  return { text, compiled, filter, sent: filter.text, set: (next) => void setText(next === "" ? null : next, { history: "push" }) };
}
