/**
 * SavedFilters: filters that a person gave a name, by what they are about, kept by the gateway; a link shares one. What an earlier release
 * kept in this browser is moved there when the list is first opened.
 */
"use client";
import type { FilterSubject } from "@signalbox/gateway/filter";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useClient, useTRPC } from "../trpc/context.tsx";

export interface SavedFilter {
  readonly name: string;
  readonly text: string;
}

export const nameCharactersMax = 60;

export function useSavedFilters(subject: FilterSubject) {
  const trpc = useTRPC();
  const client = useClient();
  const queryClient = useQueryClient();
  const again = { onSuccess: () => queryClient.invalidateQueries(trpc.savedFilters.pathFilter()) };
  const query = useQuery(trpc.savedFilters.list.queryOptions({ subject }));
  const save = useMutation(trpc.savedFilters.save.mutationOptions(again));
  const forget = useMutation(trpc.savedFilters.forget.mutationOptions(again));
  const { data } = query;
  useEffect(() => {
    const kept = data === undefined ? [] : keptInBrowser(subject);
    if (kept.length === 0) return;
    const there = new Set(data?.map(({ name }) => name));
    localStorage.removeItem(keyOf(subject));
    // The oldest is saved first, so that the newest is first again. What the gateway refuses, because it is no filter any more, is left
    // out.
    const missing = kept.filter(({ name }) => !there.has(name)).toReversed();
    void (async () => {
      for (const filter of missing) await client.savedFilters.save.mutate({ subject, ...filter }).catch(() => undefined);
      await queryClient.invalidateQueries(trpc.savedFilters.pathFilter());
    })();
  }, [client, data, queryClient, subject, trpc]);
  return {
    saved: data,
    error: query.error ?? save.error ?? forget.error,
    save: (filter: SavedFilter) => save.mutate({ subject, ...filter }),
    forget: (name: string) => forget.mutate({ subject, name }),
  };
}

function keyOf(subject: FilterSubject): string {
  return `signalbox.filters.${subject}`;
}

/** Entries of another version, or of somebody else, are ignored. */
function keptInBrowser(subject: FilterSubject): SavedFilter[] {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(keyOf(subject)) ?? "[]");
    return Array.isArray(parsed) ? parsed.filter(isSaved) : [];
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
