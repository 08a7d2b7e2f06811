/**
 * useKnownState: what completion can offer for the state of a type, from its first entities; nothing while the text is no existing type.
 */
"use client";
import type { KnownOfRows } from "@signalbox/gateway/filter";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../trpc/context.tsx";
import { useDebounced } from "../../ui/form/use-debounced.ts";
import { knownOfEntities } from "../entities/known-of-entities.ts";

const ROWS = 20;
const TYPING_PAUSE_MS = 300;

export function useKnownState(written: string): KnownOfRows {
  const type = useDebounced(written.trim(), TYPING_PAUSE_MS);
  const enabled = /^[^/\s]+\/[^/\s]+$/.test(type);
  const query = useQuery({ ...useTRPC().entities.rows.queryOptions({ type, prefix: "", filter: "", limit: ROWS }), enabled });
  return query.data === undefined ? {} : knownOfEntities(query.data.items, query.data.columns);
}
