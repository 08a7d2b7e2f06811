/** WorldSettings: sizes and bindings of a world, drawn by its seed. Limits are small, so that what is rare in production is common here. */
import type { Bindings, EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { LimitSpec } from "@signalbox/runtime/model/limit-spec";
import { defaultLimits, type EngineLimits } from "../../limits.ts";
import type { Prng } from "../prng.ts";
import { egressIds } from "./workload.ts";

/** Longer than the chaos of any world, so that keys do not expire. */
export const dayMs = 86_400_000;

export function drawLimits(rng: Prng): EngineLimits {
  return {
    ...defaultLimits,
    invocationsInFlightMax: rng.pick([1, 2, 8, 1024]),
    batchMessagesMax: rng.pick([1, 2, 5, 1000]),
    batchBytesMax: rng.pick([200, 2_000, 4_000_000]),
    mailboxMessagesInMemoryMax: rng.pick([1, 2, 5, 2000]),
    mailboxBytesInMemoryMax: rng.pick([1_000, 5_000, 100_000_000]),
    stateCacheBytesMax: rng.pick([0, 3_000, 100_000_000]),
    stateReadsOnThreadMax: rng.pick([0, 0, 1, 8]),
    waitingMessagesMax: rng.pick([10, 100, 5_000_000]),
    timersInMemoryMax: rng.pick([1, 2, 5, 50_000]),
    attemptsMax: rng.pick([1, 3, 10]),
    breakerEntitiesMin: rng.pick([1, 2, 5]),
    epochBytesMax: rng.pick([2_000, 20_000, 32_000_000]),
    journalLevel: rng.pick(["full", "metadata", "off"]),
    journalDirectoryEntitiesMin: rng.pick([1, 2, 16]),
    journalSegmentBlocks: rng.fork("journal segments").pick([2, 3, 8, 512]),
    journalBytesMax: rng.pick([1_000, 1_000_000_000]),
    journalAgeMs: rng.pick([5_000, dayMs]),
    delivery: rng.pick(["early", "early", "committed"]),
    ingressPendingBytesMax: rng.pick([3_000, 64_000_000, 64_000_000]),
    limitKeysMax: rng.fork("limit keys").pick([1, 2, 10_000]),
    breakpointsMax: rng.fork("breakpoints").pick([1, 2, 16]),
    breakpointHeldMessagesMax: rng.fork("breakpoint messages").pick([2, 10, 10_000]),
    breakpointHeldBytesMax: rng.fork("breakpoint bytes").pick([2_000, 32_000_000]),
    waitingEntitiesInMemoryMax: rng.pick([2, 4, 20, 20_000]),
    functionTypesMax: rng.pick([3, 5, 10]),
    messageBytesMax: 100_000,
    callWaitersMax: rng.fork("call waiters").pick([1, 10_000]),
    callAnswersMax: rng.fork("call answers").pick([1, 2, 10_000]),
    // Answers are kept, whatever the clocks do.
    callAnswerAgeMs: 1_000 * dayMs,
    idempotencyKeyAgeMs: rng.pick([2_000, 10_000, dayMs, dayMs]),
  };
}

/** The number of partitions that the engine is told to have; a restore with another number moves everything. */
export function drawPartitions(rng: Prng): { readonly first: number; readonly wanted: number } {
  const first = rng.pick([1, 1, 1, 2, 2, 4]);
  return { first, wanted: rng.chance(800) ? first : rng.pick([1, 2, 3, 4]) };
}

/** For all endpoints of a world together. */
export interface CallSettings {
  readonly callTimeoutMs: number;
  readonly connectionsMax: number;
  /** Those of the modules at the start. */
  readonly limits: readonly LimitSpec[];
}

export function drawCallSettings(rng: Prng): CallSettings {
  return {
    callTimeoutMs: rng.pick([500, 3_000, 20_000]),
    connectionsMax: rng.pick([1, 3, 64, 64]),
    limits: drawLimitSpecs(rng.fork("limits")),
  };
}

/** Most worlds have none. Ids have no separator, so each id is a key of its own, or all ids are one key. */
function drawLimitSpecs(rng: Prng): LimitSpec[] {
  if (rng.chance(650)) return [];
  const bounds = (): Pick<LimitSpec, "messagesPerSecond" | "burstMessages" | "inFlightMax" | "waitingMessagesMax"> => ({
    messagesPerSecond: rng.pick([0, 5, 20, 100]) || undefined,
    burstMessages: rng.pick([1, 1, 3, 20]),
    inFlightMax: rng.pick([0, 0, 1, 2]) || undefined,
    waitingMessagesMax: rng.pick([0, 0, 2, 10]) || undefined,
  });
  const [namespace = "", name = ""] = rng.pick(["sim/*", "sim/counter", "sim/ledger"]).split("/");
  const all: LimitSpec[] = [
    { id: "sim/by-key", module: "simulation", cover: { kind: "functions", namespace, name }, key: { kind: "id" }, ...bounds() },
    { id: "sim/all", module: "simulation", cover: { kind: "functions", namespace: "sim", name: "*" }, key: { kind: "all" }, ...bounds() },
    {
      id: "sim/one-key",
      module: "simulation",
      cover: { kind: "functions", namespace: "aux", name: "relay" },
      key: { kind: "prefix", separator: "e" },
      ...bounds(),
    },
    { id: "sim/door", module: "simulation", cover: { kind: "ingress", ingress: "api" }, key: { kind: "all" }, ...bounds() },
  ];
  return all.filter(() => rng.chance(600));
}

/** The time that all of so many messages take at the slowest of the rates, when some of them are sent twice. */
export function limitedMs(calls: CallSettings, messages: number, partitions: number): number {
  return calls.limits.length === 0 ? 0 : (2 * messages * partitions * 1000) / 5;
}

function endpoint(id: string, options: CallSettings & { batchMessagesMax: number }): EndpointSpec {
  const [namespace = "", name = ""] = id.split("/");
  return {
    id,
    module: "simulation",
    namespace,
    name,
    urlTemplate: "http://simulation.invalid/",
    batchMessagesMax: options.batchMessagesMax,
    transport: {
      callTimeoutMs: options.callTimeoutMs,
      connectTimeoutMs: 1_000,
      readTimeoutMs: 1_000,
      poolTtlMs: 1_000,
      poolConnectionsMax: options.connectionsMax,
      payloadBytesMax: 1_000_000,
      tls: undefined,
    },
  };
}

export const endpointIds = ["sim/counter", "sim/*", "aux/*"] as const;

/** Everything is served. */
export function fullBindings(calls: CallSettings): Bindings {
  return {
    endpoints: endpointIds.map((id) => endpoint(id, { ...calls, batchMessagesMax: 1000 })),
    egresses: egressIds.map((id) => ({ id, module: "simulation" })),
    limits: calls.limits,
  };
}

/** A deployment that changed something or lacks something: an exact binding, a whole namespace, an egress, another batch size. */
export function drawBindings(rng: Prng, calls: CallSettings): Bindings {
  const full = fullBindings(calls);
  return {
    endpoints: full.endpoints
      .filter(() => rng.chance(850))
      .map((spec) => (rng.chance(300) ? { ...spec, batchMessagesMax: rng.between(1, 4) } : spec)),
    egresses: full.egresses.filter(() => rng.chance(900)),
    limits: calls.limits.length === 0 ? [] : drawLimitSpecs(rng.fork("limits")),
  };
}
