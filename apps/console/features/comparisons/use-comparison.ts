/**
 * useComparison: what is compared, and which part of it is shown; all of it is in the URL, so that a link holds the view. Neighbour:
 * compare-page.tsx. Without a choice it compares the newest savepoint with now, or, where the runtime does not know the current data, the
 * two newest.
 */
"use client";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useMissing } from "../../capability/use-missing.ts";
import type { SavepointPoint } from "../../trpc/views.ts";

export const changeChoices = ["all", "came", "changed", "went"] as const;
export type ChangeChoice = (typeof changeChoices)[number];

export interface Comparison {
  /** Ids of savepoints, or `now`; null when there is none to choose. */
  readonly from: string | null;
  readonly to: string | null;
  readonly type: string | null;
  readonly prefix: string;
  readonly change: ChangeChoice;
  /** The entity that is shown. */
  readonly entity: { readonly type: string; readonly id: string } | null;
}

export interface ComparisonState {
  readonly comparison: Comparison;
  setSides(from: string | null, to: string | null): void;
  setType(type: string | null): void;
  setPrefix(prefix: string): void;
  setChange(change: ChangeChoice): void;
  setEntity(entity: Comparison["entity"]): void;
}

export function useComparison(points: readonly SavepointPoint[]): ComparisonState {
  const [from, setFrom] = useQueryState("from", parseAsString);
  const [to, setTo] = useQueryState("to", parseAsString);
  const [type, setType] = useQueryState("type", parseAsString);
  const [prefix, setPrefix] = useQueryState("prefix", parseAsString.withDefault(""));
  const [change, setChange] = useQueryState("change", parseAsStringLiteral(changeChoices).withDefault("all"));
  const [entityType, setEntityType] = useQueryState("etype", parseAsString);
  const [entityId, setEntityId] = useQueryState("entity", parseAsString);
  const isNowMissing = useMissing("current-state") !== null;
  const [newest, before] = points;
  const setEntity = (entity: Comparison["entity"]): void => {
    void setEntityType(entity?.type ?? null);
    void setEntityId(entity?.id ?? null);
  };
  return {
    comparison: {
      from: from ?? (isNowMissing ? before : newest)?.id ?? null,
      to: to ?? (isNowMissing ? (newest?.id ?? null) : "now"),
      type,
      prefix,
      change,
      entity: entityType === null || entityId === null ? null : { type: entityType, id: entityId },
    },
    setSides: (nextFrom, nextTo) => {
      void setFrom(nextFrom);
      void setTo(nextTo);
    },
    setType: (next) => {
      void setType(next);
      setEntity(null);
    },
    setPrefix: (next) => void setPrefix(next === "" ? null : next),
    setChange: (next) => void setChange(next),
    setEntity,
  };
}
