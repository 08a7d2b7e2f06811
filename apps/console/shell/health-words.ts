/**
 * HealthWords: the engine's trouble in words for a person: what is wrong and what it means for senders and for this page. What to do and
 * where comes from the engine itself (health.cure, health.place).
 */
import type { StatusSummary } from "../trpc/views.ts";

export type TroubledHealth = Extract<StatusSummary["health"], { kind: "store-failed" | "stopped" }>;

export function troubleOf(health: StatusSummary["health"] | undefined): TroubledHealth | null {
  return health?.kind === "store-failed" || health?.kind === "stopped" ? health : null;
}

export function healthTitle(health: TroubledHealth): string {
  switch (health.code) {
    case "DISK_FULL":
      return "The disk is full";
    case "DISK_READ_ONLY":
      return "The disk is read-only";
    case "STORE_FAILED":
      return "The disk does not take writes";
    case "DATA_CORRUPT":
      return "The store is damaged";
    default:
      return "The engine has stopped";
  }
}

export function healthMeans(health: TroubledHealth): string {
  if (health.kind === "store-failed") return "New messages and changes are refused. Everything acknowledged is safe and can be read here.";
  return "Nothing runs and nothing is accepted. What was acknowledged before is on the disk.";
}
