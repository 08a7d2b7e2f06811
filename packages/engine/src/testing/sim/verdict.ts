/**
 * Verdict: what still has to happen before a world is at rest, and what must be on disk once it is: everything that the programs add up to,
 * nothing else.
 */
import { entityPart, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { formatAddress } from "../../model/address.ts";
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

/** Empty text: nothing. */
export function unrest(
  engine: EmbeddedEngine | undefined,
  { clients, heldReplies }: { readonly clients: readonly SimClient[]; readonly heldReplies: number },
): string {
  if (engine === undefined) return "the engine is down";
  const status = engine.status();
  const isSettled = partitionsOf(engine).every(
    (state) => state.epochs.writes.size === 0 && state.epochs.acknowledgements.length === 0 && state.epochs.sealed.length === 0,
  );
  const parts = [
    clients.every((client) => client.done) ? "" : "clients wait for answers",
    status.health.kind === "running" ? "" : `health is ${status.health.kind}`,
    status.waitingMessages === 0 ? "" : `${status.waitingMessages} messages wait`,
    status.inFlight === 0 ? "" : `${status.inFlight} in flight`,
    status.delayedMessages === 0 ? "" : `${status.delayedMessages} delayed messages`,
    engine.egresses().every((egress) => egress.waitingRecords === 0) ? "" : "egress records wait",
    status.parkedEntities + status.pausedEntities === 0 ? "" : `${status.parkedEntities} parked, ${status.pausedEntities} paused`,
    heldReplies === 0 ? "" : `${heldReplies} replies hold memory`,
    isSettled ? "" : "something is not durable",
    partitionsOf(engine).every((state) => state.cold.heldCommands === 0) ? "" : "operator actions wait for a read",
  ];
  return parts.filter((part) => part !== "").join("; ");
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
