/**
 * RollupValues: what is kept of every second, ten seconds and minute: one definition of each value, for the code that counts it, stores it,
 * exports it to Prometheus and draws it. A sum adds up over time and over types; a peak is the highest value that was seen; the latency is
 * a sketch.
 */
export type RollupFold = "sum" | "peak";

export interface RollupValue {
  readonly name: string;
  readonly fold: RollupFold;
  readonly unit: "messages" | "records" | "invocations" | "attempts" | "entities" | "ms" | "bytes" | "number";
  /** Whether it is kept for everything together, or for each function type and endpoint too. */
  readonly of: "all" | "each";
  /** The family of /metrics that shows the same value; by type where `of` is `each`. */
  readonly metric: string;
  readonly meaning: string;
}

export const rollupValues = [
  value("admitted", { fold: "sum", unit: "messages", of: "all", metric: "signalbox_admitted_messages_total" }, "Messages that came in"),
  value("in", { fold: "sum", unit: "messages", of: "each", metric: "signalbox_function_in_total" }, "Messages that arrived for a function"),
  value("sent", { fold: "sum", unit: "messages", of: "each", metric: "signalbox_sent_messages_total" }, "Messages that functions sent"),
  value("out", { fold: "sum", unit: "records", of: "each", metric: "signalbox_function_out_egress_total" }, "Records sent to egresses"),
  value(
    "messages",
    { fold: "sum", unit: "messages", of: "all", metric: "signalbox_consumed_messages_total" },
    "Messages that were consumed",
  ),
  value(
    "invocations",
    { fold: "sum", unit: "invocations", of: "each", metric: "signalbox_invocations_total" },
    "Invocations that were completed",
  ),
  value(
    "failures",
    { fold: "sum", unit: "attempts", of: "each", metric: "signalbox_function_remote_invocation_failures_total" },
    "Attempts that failed",
  ),
  value("parked", { fold: "sum", unit: "entities", of: "all", metric: "signalbox_parkings_total" }, "Entities that were parked"),
  value(
    "waiting",
    { fold: "peak", unit: "messages", of: "each", metric: "signalbox_waiting_messages" },
    "Messages that waited for their turn",
  ),
  value(
    "parkedEntities",
    { fold: "peak", unit: "entities", of: "each", metric: "signalbox_function_parked_entities" },
    "Entities that waited for a person",
  ),
  value("inFlight", { fold: "peak", unit: "invocations", of: "each", metric: "signalbox_inflight_invocations" }, "Invocations in flight"),
  value("lateMs", { fold: "peak", unit: "ms", of: "all", metric: "signalbox_thread_late_milliseconds" }, "How late the event loop was"),
  value("memoryBytes", { fold: "peak", unit: "bytes", of: "all", metric: "process_resident_memory_bytes" }, "Memory of the process"),
  value("diskBytes", { fold: "peak", unit: "bytes", of: "all", metric: "signalbox_data_bytes" }, "Bytes of the data directory"),
  value("epoch", { fold: "peak", unit: "number", of: "all", metric: "signalbox_epoch" }, "The open epoch"),
] as const satisfies readonly RollupValue[];

export type RollupValueName = (typeof rollupValues)[number]["name"];
export const rollupValueNames: readonly RollupValueName[] = rollupValues.map(({ name }) => name);

export function rollupPlace(name: RollupValueName): number {
  return rollupValueNames.indexOf(name);
}

/** Rollups are kept at least this long, unless the limit of the file's size ends them earlier. */
export const rollupAgeMs = 24 * 3_600_000;
/** The lengths of a step: one second for everything together; ten seconds and one minute also for each type and endpoint. */
export const rollupStepsMs = [1_000, 10_000, 60_000] as const;
export type RollupStep = (typeof rollupStepsMs)[number];
/** How long the steps of ten seconds are kept for types and endpoints; their minutes are kept for rollupAgeMs. */
export const rollupFineAgeMs = 3_600_000;

function value<const Name extends string>(name: Name, parts: Omit<RollupValue, "name" | "meaning">, meaning: string) {
  return { name, meaning, ...parts };
}
