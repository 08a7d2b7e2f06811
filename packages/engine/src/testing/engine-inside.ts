/**
 * EngineInside: how oracles look at the partitions of an engine. It only reads. The engine's public interface does not offer it on purpose.
 */
import type { PartitionState } from "../core/partition-state.ts";
import { entityRange } from "../core/store/store-key.ts";
import { decodeRecord } from "../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { Message } from "@signalbox/runtime/model/message";
import type { EntityView } from "@signalbox/runtime/model/views";
import type { TroubledQuery } from "@signalbox/runtime/model/queries";
import type { EmbeddedEngine } from "../runtime/embedded-engine.ts";
import { listHeld } from "../runtime/reads/breakpoint-views.ts";
import { listTroubled } from "../runtime/reads/entity-queries.ts";
import { LocalPartition } from "../runtime/local-partition.ts";
import { mergeTroubled } from "../runtime/reads/merged-pages.ts";
import { PartitionProcessor } from "../runtime/processor/partition-processor.ts";

/** In the order of their places. */
export function partitionsOf(engine: EmbeddedEngine): PartitionState[] {
  return processorsOf(engine).map((processor) => processor.state);
}

/** Whether a partition has stopped itself. It says the same as `status` and is cheap enough to ask after each event. */
export function hasStopped(engine: EmbeddedEngine): boolean {
  return processorsOf(engine).some(({ health }) => health.kind === "stopped");
}

/**
 * Whether deaths of the process count against the entity now: another entity was answered in between, or no outage is assumed to be their
 * cause.
 */
export function isCharged(engine: EmbeddedEngine | undefined, address: Address): boolean {
  const entities = engine === undefined ? [] : partitionsOf(engine).map((state) => state.entities.find(address));
  return entities.some((entity) => entity !== undefined && (entity.contrasted || entity.sentTo?.openedByMany === false));
}

/** The same as `troubledEntities`, but answered synchronously. */
export function troubledOf(engine: EmbeddedEngine, query: TroubledQuery): EntityView[] {
  const lists = processorsOf(engine).map((processor) => listTroubled(processor, query));
  return mergeTroubled(lists, query.limit);
}

export interface HeadOnDisk {
  readonly message: Message;
  /** Whether it has not been read since, and nobody has acted on it. */
  isUnread(): boolean;
  /** Whether the entity has waited for a person all the time. */
  hasWaited(): boolean;
}

/** The first message of an entity that has no messages in memory; undefined when the disk shows none. */
export async function headOnDisk(engine: EmbeddedEngine, address: Address): Promise<HeadOnDisk | undefined> {
  for (const { state, store } of processorsOf(engine)) {
    const entity = state.entities.find(address);
    if (entity === undefined) continue;
    const { mailbox, sinceMs } = entity;
    for await (const [, bytes] of store.scan({ ...entityRange("m", entity.keyPart), limit: 1 })) {
      const message = decodeRecord.message(bytes, address);
      return {
        message,
        isUnread: () => mailbox.inMemory === 0 && mailbox.spilled > 0 && mailbox.lastSequenceInMemory < message.sequence,
        hasWaited: () => (entity.status === "parked" || entity.status === "paused") && entity.sinceMs === sinceMs,
      };
    }
  }
  return undefined;
}

/** The same as `heldEntities`, but answered synchronously. */
export function heldOf(engine: EmbeddedEngine, limit: number): EntityView[] {
  return processorsOf(engine).flatMap((processor) => listHeld(processor, { limit }));
}

function processorsOf(engine: EmbeddedEngine): PartitionProcessor[] {
  const partitions: unknown = Reflect.get(engine, "partitions");
  if (!Array.isArray(partitions)) throw new Error("the engine has no partitions");
  return partitions.map((partition: unknown) => {
    const processor: unknown = partition instanceof LocalPartition ? Reflect.get(partition, "processor") : undefined;
    if (!(processor instanceof PartitionProcessor)) throw new Error("the partition has no processor");
    return processor;
  });
}
