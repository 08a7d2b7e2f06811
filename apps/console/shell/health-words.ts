/**
 * HealthWords: the engine's trouble in words for a person: what is wrong and what it means for senders and for this page. What to do and
 * where comes from the engine itself (health.cure, health.place).
 */
import type { StatusSummary } from "../trpc/views.ts";

export type TroubledHealth = Extract<StatusSummary["health"], { kind: "store-failed" | "stopped" | "cluster-failed" }>;

export function troubleOf(health: StatusSummary["health"] | undefined): TroubledHealth | null {
  return health === undefined || health.kind === "running" || health.kind === "draining" ? null : health;
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
    case "CLUSTER_UNREACHABLE":
      return "The Flink cluster does not answer";
    case "CLUSTER_REFUSED":
      return "The Flink cluster refuses the functions";
    default:
      return "The engine has stopped";
  }
}

export function healthMeans(health: TroubledHealth): string {
  if (health.kind === "store-failed") return "New messages and changes are refused. Everything acknowledged is safe and can be read here.";
  if (health.kind === "cluster-failed") return "Functions do not run. What is sent is accepted, kept and waits.";
  return "Nothing runs and nothing is accepted. What was acknowledged before is on the disk.";
}
