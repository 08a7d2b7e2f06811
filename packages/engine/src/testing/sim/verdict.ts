/**
 * Verdict: what still has to happen before a world is at rest, and what must be on disk once it is: everything that the programs add up to,
 * and nothing else.
 */
import { entityPart, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { StoreReader } from "../../ports/store.ts";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import type { OperatorActionsOracle } from "../oracles/operator-actions-oracle.ts";
import { partitionsOf } from "../engine-inside.ts";
import { counterState, decodeCounter, decodeLedger, ledgerState } from "../oracles/interpreter.ts";
import type { Model } from "../oracles/model.ts";
import type { CallingClient } from "./sim-caller.ts";
import type { SimClient } from "./sim-clients.ts";
import type { SimEgress } from "./sim-egress.ts";
import { checkStore } from "../oracles/store-invariants.ts";
import { must } from "./trace.ts";
import { addressOf } from "./workload.ts";

interface Outside {
  readonly clients: readonly SimClient[];
  readonly heldReplies: number;
}

/** Asked after each event, so the cheapest checks come first. */
export function isAtRest(engine: EmbeddedEngine | undefined, outside: Outside): boolean {
  if (engine === undefined) return false;
  for (const _ of unrestInside(engine, outside)) return false;
  for (const _ of unrestAsShown(engine)) return false;
  return true;
}

/** The reason in words; an empty text when there is none. */
export function unrest(engine: EmbeddedEngine | undefined, outside: Outside): string {
  if (engine === undefined) return "the engine is down";
  return [...unrestInside(engine, outside), ...unrestAsShown(engine)].join("; ");
}

function* unrestInside(engine: EmbeddedEngine, { clients, heldReplies }: Outside): Generator<string> {
  if (heldReplies > 0) yield `${heldReplies} replies hold memory`;
  for (const { epochs, cold, invocations, mailboxes, timers, entities } of partitionsOf(engine)) {
    if (invocations.inFlight.size + mailboxes.waitingMessages + timers.waiting + entities.totals.parkedOrPaused > 0)
      yield "a partition has work";
    if (epochs.writes.size > 0 || epochs.acknowledgements.length > 0 || epochs.sealed.length > 0) yield "something is not durable";
    if (cold.heldCommands > 0) yield "operator actions wait for a read";
  }
  if (!clients.every((client) => client.done)) yield "clients wait for answers";
}

/** What the engine reports about itself. */
function* unrestAsShown(engine: EmbeddedEngine): Generator<string> {
  const status = engine.status();
  if (status.health.kind !== "running") yield `health is ${status.health.kind}`;
  if (status.waitingMessages > 0) yield `${status.waitingMessages} messages wait`;
  if (status.inFlight > 0) yield `${status.inFlight} in flight`;
  if (status.delayedMessages > 0) yield `${status.delayedMessages} delayed messages`;
  if (!engine.egresses().every((egress) => egress.waitingRecords === 0)) yield "egress records wait";
  if (status.parkedEntities + status.pausedEntities > 0) yield `${status.parkedEntities} parked, ${status.pausedEntities} paused`;
}

export interface Finished {
  readonly disk: StoreReader;
  readonly stores: readonly StoreReader[];
  readonly entities: number;
  readonly model: Model;
  readonly acts: OperatorActionsOracle;
  readonly consumers: readonly SimEgress[];
  readonly calling: CallingClient;
}

export async function verdict(world: Finished): Promise<void> {
  const { disk, model } = world;
  for (const store of world.stores) await checkStore(store);
  const reached = model.names();
  for (let entity = 0; entity < world.entities; entity++) {
    const address = addressOf(entity);
    if (!reached.has(formatAddress(address))) continue;
    const part = entityPart(address.type, address.id);
    const bytesOf = (name: string): Uint8Array | undefined => {
      const row = disk.get(storeKey.state(part, name));
      return row === undefined ? undefined : decodeRecord.state(row).bytes;
    };
    model.check(address, { counter: decodeCounter(bytesOf(counterState.name)), ledger: decodeLedger(bytesOf(ledgerState.name)) });
  }
  world.calling.checkKept(disk);
  world.acts.checkDisk(disk, world.entities);
  for (const consumer of world.consumers) {
    const expected = model.egress.get(consumer.egress) ?? new Set<number>();
    for (const id of expected) must(consumer.ever.has(id), () => `egress ${consumer.egress} never got record ${id}`);
    for (const id of consumer.ever) must(expected.has(id), () => `egress ${consumer.egress} got record ${id}, which no program sends`);
  }
}
