/**
 * MemoryRuntime: a runtime of plain maps in this process: it calls functions, keeps their state and reports what it did, until it ends. It
 * proves that the port can have another implementation, and serves tests that need a whole runtime without a disk. Its capabilities say
 * what it cannot do: nothing is durable, and there are no savepoints. Neighbours: memory-machine.ts acts, memory-tables.ts has the data,
 * the other files are its facets. testing/runtime-conformance.ts tests it against the port.
 */
import { able, unable, type Capabilities } from "../capability.ts";
import type { Clock } from "../clock.ts";
import type { Egress } from "../egress.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { EngineError } from "../model/engine-error.ts";
import type { InvocationOutcome, InvocationRequest } from "../model/invocation.ts";
import type { EndpointView, EngineStatus, FunctionTypeView } from "../model/views.ts";
import type { Runtime } from "../runtime.ts";
import { memoryEntities } from "./memory-entities.ts";
import { memoryJournal } from "./memory-journal.ts";
import { MemoryMachine } from "./memory-machine.ts";
import { memoryMessages } from "./memory-messages.ts";
import type { GivenEntity, MemoryEntity, MemoryLimits } from "./memory-tables.ts";

export type { GivenEntity } from "./memory-tables.ts";

export const memoryCapabilities: Capabilities = {
  messages: able,
  durability: unable("it keeps everything in the memory of its process", "Use the embedded engine where messages must survive."),
  answers: able,
  entities: able,
  "current-state": able,
  "entity-actions": able,
  journal: able,
  egress: able,
  savepoints: unable("it has no files", "Use the embedded engine to take savepoints."),
  lifecycle: able,
  watch: able,
  breakpoints: unable("it calls each function at once and holds nobody", "Use the embedded engine to hold messages at breakpoints."),
  erasure: unable("it keeps everything in the memory of its process", "End the process: nothing is left."),
  "every-event": able,
};

const defaults: MemoryLimits = {
  messageBytesMax: 16 * 1024 * 1024,
  waitingMessagesMax: 100_000,
  journalRecordsMax: 10_000,
  keysMax: 10_000,
};

export interface MemoryRuntimeOptions {
  /** Runs the function; an exception parks the entity. */
  readonly call: (request: InvocationRequest) => Promise<InvocationOutcome>;
  readonly clock: Clock;
  readonly limits?: Partial<MemoryLimits>;
  /** The entities that it begins with; none by default. */
  readonly given?: readonly GivenEntity[];
}

export function openMemoryRuntime({ call, clock, limits, given = [] }: MemoryRuntimeOptions): Runtime {
  const machine = new MemoryMachine({ call, clock, limits: { ...defaults, ...limits } });
  for (const entity of given) machine.tables.give(entity, clock.nowMs());
  return {
    name: "memory",
    capabilities: memoryCapabilities,
    messages: memoryMessages(machine),
    entities: memoryEntities(machine),
    journal: memoryJournal(machine.tables, () => machine.nowMs),
    egress: memoryEgress(machine),
    lifecycle: memoryLifecycle(machine),
    watch: {
      observe: (observer) => {
        machine.observers.add(observer);
        return () => machine.observers.delete(observer);
      },
    },
  };
}

function memoryEgress(machine: MemoryMachine): Egress {
  const { tables } = machine;
  const waiting = (egress: string) => tables.outbox.filter((record) => record.egress === egress);
  return {
    egresses: () => {
      const ids = new Set([...tables.bindings.egresses.map(({ id }) => id), ...tables.outbox.map(({ egress }) => egress)]);
      return [...ids].map((id) => ({
        id,
        module: tables.bindings.egresses.find((spec) => spec.id === id)?.module,
        waitingRecords: waiting(id).length,
      }));
    },
    egressRecords: async ({ egress, after = 0, limit }) =>
      waiting(egress)
        .filter(({ sequence }) => sequence > after)
        .slice(0, limit),
    egressAcknowledge: async (egress, through) => {
      tables.outbox = tables.outbox.filter((record) => record.egress !== egress || record.sequence > through);
      machine.changed({ kind: "egress-records", egress });
    },
  };
}

function memoryLifecycle(machine: MemoryMachine): Lifecycle {
  const { tables } = machine;
  return {
    status: () => statusOf(machine),
    endpoints: () => endpointsOf(machine),
    // It has no limits, because it serves tests of what uses a runtime.
    limits: () => [],
    functionTypes: () => functionTypes(machine),
    applyBindings: async (bindings) => {
      if (machine.stopped) throw new EngineError("ENGINE_STOPPED", "the runtime has stopped", "Start it again; it begins empty.");
      tables.bindings = bindings;
      machine.tell({ kind: "bindings-changed", atMs: machine.nowMs });
      for (const { address } of tables.entities.values()) machine.wake(address);
    },
    onChange: (listener) => {
      machine.listeners.add(listener);
      return () => machine.listeners.delete(listener);
    },
    settled: () => machine.settled(),
    stop: async ({ drainTimeoutMs = 10_000 } = {}) => {
      machine.stopped = true;
      for (const { cancel } of tables.delayed.values()) cancel();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const cancel = machine.clock.schedule(drainTimeoutMs, resolve);
      await Promise.race([machine.settled(), late]);
      cancel();
    },
  };
}

function statusOf({ tables, stopped, nowMs }: MemoryMachine): EngineStatus {
  const entities = [...tables.entities.values()];
  const held = (kind: "parked" | "paused") => entities.filter(({ hold }) => hold?.kind === kind);
  return {
    health: stopped ? { kind: "draining" } : { kind: "running" },
    epoch: tables.epoch,
    durableEpoch: tables.epoch,
    lastDurableMs: nowMs,
    waitingMessages: tables.waitingMessages(),
    parkedMessages: held("parked").reduce((sum, { mailbox }) => sum + mailbox.length, 0),
    waitingBytes: entities.flatMap(({ mailbox }) => mailbox).reduce((sum, { value }) => sum + value.bytes.length, 0),
    inFlight: entities.filter(({ inFlight }) => inFlight > 0).length,
    parkedEntities: held("parked").length,
    pausedEntities: held("paused").length,
    backingOffEntities: 0,
    delayedMessages: tables.delayed.size,
    residentEntities: entities.length,
    bindings: tables.bindings,
  };
}

function endpointsOf({ tables }: MemoryMachine): EndpointView[] {
  return tables.bindings.endpoints.map((spec) => ({
    spec,
    breaker: "closed",
    breakerFailure: undefined,
    breakerSinceMs: undefined,
    nextProbeMs: undefined,
    openedBy: [],
    probe: undefined,
    inFlight: [...tables.entities.values()].filter(({ address, inFlight }) => inFlight > 0 && tables.endpointOf(address.type) === spec)
      .length,
    concurrencyLimit: spec.transport.poolConnectionsMax,
    concurrencyMax: spec.transport.poolConnectionsMax,
  }));
}

function functionTypes(machine: MemoryMachine): FunctionTypeView[] {
  const { tables } = machine;
  const names = new Set([
    ...[...tables.entities.values()].map(({ address }) => address.type),
    ...tables.bindings.endpoints.map(({ id }) => id),
  ]);
  return [...names]
    .filter((type) => !type.endsWith("/*"))
    .map((type) => {
      const of = [...tables.entities.values()].filter(({ address }) => address.type === type);
      const depths = (entities: readonly MemoryEntity[]): number => entities.reduce((sum, { mailbox }) => sum + mailbox.length, 0);
      const parked = of.filter(({ hold }) => hold?.kind === "parked");
      return {
        type,
        endpoint: tables.endpointOf(type)?.id,
        answered: tables.specs.has(type) || tables.endpointOf(type)?.id === type,
        states: machine.specsOf(type),
        waitingMessages: depths(of),
        ingressHold: undefined,
        inFlight: of.filter(({ inFlight }) => inFlight > 0).length,
        parkedEntities: parked.length,
        parkedMessages: depths(parked),
        pausedEntities: of.filter(({ hold }) => hold?.kind === "paused").length,
        backingOffEntities: 0,
      };
    });
}
