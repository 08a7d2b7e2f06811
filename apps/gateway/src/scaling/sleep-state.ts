/**
 * SleepState: whether an endpoint that may scale to zero is awake, and what to do about it, as a pure function of what is seen of it.
 * Neighbours: sleepers.ts looks and acts. Guarantee: for one piece of work that finds nobody there, the endpoint is woken once, and again
 * only after a backoff, for as long as nothing answers.
 */

/** The time from the first wake to the second; it doubles each time. */
const wakeBackoffBaseMs = 2_000;
export const wakeBackoffMaxMs = 60_000;

export type SleepState =
  /** `idleSinceMs` is undefined while it has work. */
  | { readonly kind: "awake"; readonly idleSinceMs: number | undefined }
  | { readonly kind: "asleep"; readonly sinceMs: number }
  | { readonly kind: "waking"; readonly sinceMs: number; readonly wakes: number; readonly nextWakeMs: number };

export interface Seen {
  /** True when messages wait for it, or calls are in flight. */
  readonly hasWork: boolean;
  /** True when calls get through: no breaker holds them up. */
  readonly isUp: boolean;
  /** True when its functions were called a moment ago. */
  readonly hasTraffic: boolean;
  /** Why calls do not get through. */
  readonly failure?: string | undefined;
}

export interface SleepStep {
  readonly state: SleepState;
  readonly act: "none" | "wake" | "sleep";
}

export function nextSleepState(state: SleepState, seen: Seen, { nowMs, idleAfterMs }: { nowMs: number; idleAfterMs: number }): SleepStep {
  switch (state.kind) {
    case "awake": {
      if (seen.hasWork && !seen.isUp) return wake(nowMs, nowMs, 1);
      if (seen.hasWork || seen.hasTraffic) return { state: { kind: "awake", idleSinceMs: undefined }, act: "none" };
      const idleSinceMs = state.idleSinceMs ?? nowMs;
      if (nowMs - idleSinceMs < idleAfterMs) return { state: { kind: "awake", idleSinceMs }, act: "none" };
      return { state: { kind: "asleep", sinceMs: nowMs }, act: "sleep" };
    }
    case "asleep":
      return seen.hasWork ? wake(nowMs, nowMs, 1) : { state, act: "none" };
    case "waking":
      if (seen.isUp && (seen.hasTraffic || !seen.hasWork)) return { state: { kind: "awake", idleSinceMs: undefined }, act: "none" };
      return nowMs < state.nextWakeMs ? { state, act: "none" } : wake(nowMs, state.sinceMs, state.wakes + 1);
  }
}

function wake(nowMs: number, sinceMs: number, wakes: number): SleepStep {
  const waitMs = Math.min(wakeBackoffMaxMs, wakeBackoffBaseMs * 2 ** Math.min(wakes - 1, 20));
  return { state: { kind: "waking", sinceMs, wakes, nextWakeMs: nowMs + waitMs }, act: "wake" };
}
