/** WorldReport: what a person needs to understand a failed world and to run it again. */
import type { EngineLimits } from "../../limits.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { Faults } from "./faults.ts";
import { SimulationFailure, type Trace } from "./trace.ts";
import type { Mutations } from "./world-result.ts";

export interface FailedWorld {
  readonly seed: string;
  readonly step: number;
  readonly mutations: Mutations;
  readonly faults: Faults;
  readonly limits: EngineLimits;
  readonly trace: Trace;
}

export function explain(error: unknown, world: FailedWorld): SimulationFailure {
  const cause =
    error instanceof Error ? (error instanceof SimulationFailure ? error.message : (error.stack ?? error.message)) : String(error);
  const limits = Object.entries(world.limits).map(([name, value]) => `${name}=${value}`);
  const lines = [
    cause,
    `seed ${world.seed}, step ${world.step}; repeat with: npm run sim -- ${repeatArguments(world.seed, world.mutations)}`,
    `faults: ${world.faults.describe()}`,
    `limits: ${limits.join(" ")}`,
    "the last events:",
    ...world.trace.last(),
  ];
  return new SimulationFailure(lines.join("\n"), [...world.faults.hits.keys()]);
}

export function repeatArguments(seed: string, mutations: Mutations): string {
  const off = [...(mutations.faultsOff ?? [])];
  const parts = [`--seed ${seed}`];
  if (off.length > 0) parts.push(`--off ${off.join(",")}`);
  if (mutations.partitions !== undefined) parts.push(`--partitions ${mutations.partitions}`);
  if (mutations.messagesMax !== undefined) parts.push(`--messages ${mutations.messagesMax}`);
  return parts.join(" ");
}

/** One line of the trace. */
export function noteOf(event: EngineEvent): string {
  switch (event.kind) {
    case "attempt-failed":
      return `attempt ${event.attempt} of ${formatAddress(event.address)} failed: ${event.failure.code}`;
    case "invocation-ended": {
      const { outcome, address, sequence, messagesTotal, sent } = event.record;
      const what = outcome.kind === "act" ? outcome.act : outcome.kind;
      return `${what} ${formatAddress(address)} record ${sequence} of ${messagesTotal}, sent ${sent.length}`;
    }
    case "breaker-changed":
      return `breaker of ${event.endpoint} ${event.state}`;
    case "epoch-durable":
      return `epoch ${event.epoch} durable, ${event.writes} writes`;
    case "message-admitted":
    case "message-fired":
      return `${event.kind} ${event.message.sequence} to ${formatAddress(event.message.target)}`;
    case "bindings-changed":
      return "bindings changed";
    case "stopped":
      return "the engine stopped";
  }
}
