/**
 * useStaged: edits of an entity's values that are not written yet, by the name of the value. They last as long as its page is shown.
 */
"use client";
import { useState } from "react";
import type { ValueView } from "../../trpc/views.ts";
import type { EditedValue } from "./edit-value-dialog.tsx";

export interface StagedEdit {
  /** The value that the edit began with; null when there was none. */
  base: ValueView | null;
  baseVersion: string;
  /** Null when the value is cleared. */
  value: EditedValue | null;
}

export interface Staged {
  edits: ReadonlyMap<string, StagedEdit>;
  put: (name: string, edit: StagedEdit) => void;
  drop: (name: string) => void;
  dropAll: () => void;
}

export function useStaged(): Staged {
  const [edits, setEdits] = useState<ReadonlyMap<string, StagedEdit>>(new Map());
  return {
    edits,
    put: (name, edit) => setEdits((before) => new Map(before).set(name, edit)),
    drop: (name) => setEdits((before) => new Map([...before].filter(([other]) => other !== name))),
    dropAll: () => setEdits(new Map()),
  };
}

/** Returns the value before, in the form in which the edit was typed: as text, or as base64. */
export function textOfBase({ base, value }: Pick<StagedEdit, "base" | "value">): string {
  if (base === null) return "";
  return value === null || "text" in value ? base.text : base.base64;
}

export function textOfMine({ value }: Pick<StagedEdit, "value">): string {
  if (value === null) return "";
  return "text" in value ? value.text : value.base64;
}
