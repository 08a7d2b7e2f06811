/**
 * HealthWords: the engine's trouble in words for a person: what is wrong and what it means for senders and for this page. What to do and
 * where comes from the engine itself (health.cure, health.place).
 */
import type { StatusSummary } from "../trpc/views.ts";
import type { NoticesWords } from "../words/notices/en.ts";

export type TroubledHealth = Extract<StatusSummary["health"], { kind: "store-failed" | "stopped" | "cluster-failed" }>;

export function troubleOf(health: StatusSummary["health"] | undefined): TroubledHealth | null {
  return health === undefined || health.kind === "running" || health.kind === "draining" ? null : health;
}

export function healthTitle({ code }: TroubledHealth, { titles }: NoticesWords["health"]): string {
  const known: Readonly<Record<string, string>> = titles;
  return known[code] ?? titles.stopped;
}
