/**
 * StateVersion: a short text that differs as soon as a state value does, over the bytes that its reader sees. An edit names the version
 * that it began with. Neighbours: entity-views.ts and surfaces/http/entity-json.ts show it; services/entities/edit-state.ts compares.
 */
import { hash } from "node:crypto";
import type { JournalValue, TypedValue } from "@signalbox/runtime";

const characters = 22;

/** Returns undefined for a value of which only the size was kept. */
export function keptVersion(value: JournalValue | undefined): string | undefined {
  if (value === undefined) return stateVersion(undefined);
  return value.bytes === undefined ? undefined : stateVersion({ typename: value.typename, bytes: value.bytes });
}

export function stateVersion(value: Pick<TypedValue, "typename" | "bytes"> | undefined): string {
  if (value === undefined) return "none";
  const bytes = hash("sha256", value.bytes, "base64url");
  return hash("sha256", `${value.typename}\n${bytes}`, "base64url").slice(0, characters);
}
