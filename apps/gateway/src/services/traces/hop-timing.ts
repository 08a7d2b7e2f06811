/** hopTiming: what the gateway remembers of a hop beside its journal record: when it was on disk, and the failed attempts before it. */
import type { JournalRecord } from "@signalbox/runtime";
import type { HopTiming } from "../../contract/messages/traces.ts";
import type { RecentHops } from "../../flow/recent-hops.ts";

export function hopTiming(hops: RecentHops, record: JournalRecord): HopTiming {
  const { sequence, outcome, address, messages, startedMs, endedMs } = record;
  // An entity's attempts follow one another, so those since the message came belong to this hop or to one before it in the mailbox.
  const fromMs = Math.min(messages[0]?.atMs ?? startedMs, startedMs);
  const failed = outcome.kind === "act" ? [] : hops.attempts(address, { fromMs, toMs: endedMs });
  const own = outcome.kind === "parked" ? record.attempts : record.attempts - 1;
  return {
    record: sequence,
    durableMs: hops.durableMs(record),
    attempts: (own <= 0 ? [] : failed.slice(-own)).map(({ attempt, atMs, durationMs, code, message }) => ({
      attempt,
      atMs,
      durationMs,
      code,
      message,
    })),
  };
}
