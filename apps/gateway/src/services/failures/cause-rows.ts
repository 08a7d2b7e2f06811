/**
 * causeRows: each remembered cause of failures, with the entities that it holds up now. A cause that holds up entities but is not
 * remembered is a row too.
 */
import type { CauseRecord } from "../../catalog/catalog.ts";
import { causeBucketMs, causeBuckets, type FailureCauseRow } from "../../contract/failures/failure-causes.ts";
import type { FailureGroup } from "../../contract/failures/failures.ts";

export function causeRows(causes: readonly CauseRecord[], groups: readonly FailureGroup[], nowMs: number): FailureCauseRow[] {
  const now = new Map(groups.map((group) => [group.fingerprint, group]));
  const rows = causes.map((cause) => rowOf(cause, now.get(cause.fingerprint), nowMs));
  const known = new Set(causes.map(({ fingerprint }) => fingerprint));
  const others = groups.filter(({ fingerprint }) => !known.has(fingerprint)).map((group) => rowOf(unremembered(group), group, nowMs));
  const order = { open: 0, ignored: 1, resolved: 2 };
  return [...others, ...rows].toSorted((left, right) => order[left.state] - order[right.state] || right.lastMs - left.lastMs);
}

function rowOf(cause: CauseRecord, group: FailureGroup | undefined, nowMs: number): FailureCauseRow {
  const last = Math.floor(nowMs / causeBucketMs);
  const { fingerprint, code, title, message, cure, where, frames, attempts, firstMs, lastMs, firstModule, firstRevision } = cause;
  // The cause was ignored until a time that has passed, so it is open again, whether it came back or not.
  const over = cause.state === "ignored" && (cause.ignoredUntilMs ?? Infinity) <= nowMs;
  return {
    fingerprint,
    code,
    title,
    message,
    cure,
    where,
    frames: [...frames],
    raw: cause.raw ?? null,
    state: over ? "open" : cause.state,
    ignoredUntilMs: over ? null : (cause.ignoredUntilMs ?? null),
    changedBy: cause.by,
    changedMs: cause.changedMs,
    attempts,
    firstMs,
    lastMs,
    firstIn: firstModule === undefined || firstRevision === undefined ? null : { module: firstModule, revision: firstRevision },
    buckets: Array.from({ length: causeBuckets }, (_none, index) => cause.buckets.get(last - causeBuckets + 1 + index) ?? 0),
    trace: group?.sample[0]?.mailbox[0]?.trace ?? cause.trace ?? null,
    entities: group?.entities ?? 0,
    parked: group?.parked ?? 0,
    waitingMessages: group?.waitingMessages ?? null,
    sample: group?.sample ?? [],
  };
}

/** A cause that failed before anything was remembered, and still does. */
function unremembered(group: FailureGroup): CauseRecord {
  const { fingerprint, code, message, cure, type, firstMs, lastMs } = group;
  return {
    fingerprint,
    code,
    title: code,
    message,
    cure,
    where: type,
    frames: [],
    raw: group.sample[0]?.failure?.raw ?? undefined,
    endpoint: group.sample[0]?.endpoint ?? "",
    state: "open",
    ignoredUntilMs: undefined,
    by: "",
    changedMs: firstMs,
    attempts: 0,
    firstMs,
    lastMs,
    firstModule: undefined,
    firstRevision: undefined,
    sampleType: type,
    sampleId: "",
    trace: undefined,
    buckets: new Map(),
  };
}
