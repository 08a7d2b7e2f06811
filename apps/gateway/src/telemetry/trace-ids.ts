/**
 * TraceIds: trace ids for messages that came without one, made from the trace's number; new ids where a trace begins; and which traces are
 * sampled.
 */
import { randomBytes } from "node:crypto";
import { traceIdOf, type TraceContext } from "@signalbox/runtime";

const noParent = "0".repeat(16);
const sampledFlag = "01";
const notSampledFlag = "00";

/** Returns the same id for every message of a trace, in every thread. */
export function traceOfNumber(salt: string, trace: number): TraceContext {
  return { traceId: traceIdOf(salt, trace), parentId: noParent, flags: notSampledFlag, state: "" };
}

/** Decides as other services do, by the last bytes of the id, which are random. */
export function isSampled(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  return ratio > 0 && Number.parseInt(traceId.slice(-8), 16) < ratio * 0x1_0000_0000;
}

/** Begins a trace here; its parent is no span of anybody. */
export function newTraceparent(ratio: number): string {
  const ids = randomBytes(24).toString("hex");
  const traceId = ids.slice(0, 32);
  return `00-${traceId}-${ids.slice(32)}-${isSampled(traceId, ratio) ? sampledFlag : notSampledFlag}`;
}
