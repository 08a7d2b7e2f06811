/**
 * Slots: how many slots a job gets, and the refusal when the cluster has too few. It is also asked before a running job is ended, because a
 * job that cannot start again is not ended. Flink reports a job as ended a moment before its TaskManagers report its slots as free, so
 * whoever starts another job at once waits for them.
 */
import type { FlinkRest } from "../rest/flink-rest.ts";
import { ClusterRefused } from "./cluster-refused.ts";

/** `wanted` 0 stands for as many as are free; `ending` is a job whose slots are free by then. Rejects with ClusterRefused. */
export async function slotsFor(rest: FlinkRest, wanted: number, ending?: string): Promise<number> {
  const { "slots-available": available, "slots-total": all } = await rest.overview();
  const free = available + (ending === undefined ? 0 : await slotsOf(rest, ending));
  const count = wanted === 0 ? free : wanted;
  if (count > 0 && count <= free) return count;
  const needed = Math.max(1, count);
  throw new ClusterRefused(
    `the cluster has ${free} free ${free === 1 ? "slot" : "slots"} of ${all}, and ${needed} ${needed === 1 ? "is" : "are"} needed`,
    "Start more TaskManagers, cancel other jobs, or set SIGNALBOX_FLINK_PARALLELISM lower.",
  );
}

/** Slots of an ended job, or of TaskManagers that come back one by one. */
const slotsBackMsMax = 10_000;
const pollMs = 100;

/** Resolves once so many are free. When they do not come, the slots that are there count. */
export async function untilSlots(rest: FlinkRest, count: number): Promise<void> {
  const endsMs = performance.now() + slotsBackMsMax;
  while ((await rest.overview())["slots-available"] < count && performance.now() < endsMs) await rest.pause(pollMs);
}

/** All operators of a job share slots. */
async function slotsOf(rest: FlinkRest, id: string): Promise<number> {
  return Math.max(0, ...((await rest.job(id))?.vertices ?? []).map(({ parallelism }) => parallelism));
}
