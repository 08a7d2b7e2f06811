/**
 * StoreHealth: an error as the engine's health, with code, place, cure and since when. A full or read-only disk may recover and is waited
 * for. Damage and broken invariants cannot: the engine stops and says why.
 */
import { coverageMark } from "../../core/coverage-mark.ts";
import { EngineError, isDiskError, StoreError } from "@signalbox/runtime/model/engine-error";
import { assertNever } from "../../model/invariant.ts";
import type { EngineHealth } from "@signalbox/runtime/model/views";

const retryAfterMs = 1_000;

type Failed = Extract<EngineHealth, { kind: "store-failed" }>;
type Stopped = Extract<EngineHealth, { kind: "stopped" }>;

/** Whether waiting cannot mend the error: the disk holds something else than was written, or another process owns it now. */
export function isBeyondWaiting(error: unknown): boolean {
  return error instanceof EngineError && (error.code === "DATA_CORRUPT" || error.code === "DATA_IN_USE");
}

export function storeFailed(error: Error, sinceMs: number): Failed {
  const cure = "Check the disk of the data directory; the engine tries again by itself.";
  return {
    kind: "store-failed",
    code: isDiskError(error) ? error.code : "STORE_FAILED",
    message: error.message,
    place: placeOf(error),
    cure: error instanceof EngineError ? error.cure : cure,
    sinceMs,
  };
}

export function stoppedBy(error: unknown, sinceMs: number): Stopped {
  const known = error instanceof EngineError;
  return {
    kind: "stopped",
    code: known ? error.code : "ENGINE_STOPPED",
    message: error instanceof Error ? error.message : String(error),
    place: placeOf(error),
    cure: known
      ? error.cure
      : "Restart the gateway: it continues from the last durable epoch. Report the message with the gateway's log if it stops again.",
    sinceMs,
  };
}

/** Why nothing new is taken now; undefined when it is. */
export function refusalOf(health: EngineHealth): EngineError | undefined {
  switch (health.kind) {
    case "running":
    // The runtime is elsewhere (a cluster), and messages wait there.
    case "cluster-failed":
      return undefined;
    case "draining":
      coverageMark("request-refused-while-draining");
      return new EngineError("ENGINE_DRAINING", "the engine is stopping or restoring", "Send again in a moment.", retryAfterMs);
    case "store-failed":
      return new EngineError(health.code, `nothing can be acknowledged now: ${health.message}`, health.cure, retryAfterMs);
    case "stopped":
      return new EngineError(health.code, `the engine has stopped: ${health.message}`, health.cure);
    default:
      return assertNever(health);
  }
}

function placeOf(error: unknown): string {
  return error instanceof StoreError ? error.place : "engine";
}

/** How long a request waits for a store that does not write before it is told so. */
export const unconfirmedMsMax = 5_000;

/** The error for a request whose epoch is not durable. It may become durable later; asking again with the same key is safe. */
export function unconfirmed({ code, message, cure }: Failed): EngineError {
  const unsure = "it may still count later: repeat it with the same Idempotency-Key";
  return new EngineError(code, `not acknowledged: ${message}; ${unsure}`, cure, unconfirmedMsMax);
}
