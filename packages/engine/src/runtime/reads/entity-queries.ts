/**
 * EntityQueries: the console's reads of entities: pages of those that the store lists (stored-entities.ts), and one whole entity.
 * It joins what the store has (durable) with what the partition has in memory (now), and never waits for a count.
 */
import { coverageMark } from "../../core/coverage-mark.ts";
import type { Entity } from "../../core/tables/entity.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { entityPart, entityRange, partsRange, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord, type StoredValue } from "../../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { messageId, type Message } from "@signalbox/runtime/model/message";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { EntityStatus, EntitySummary, EntityView, Page, StateValueView, WaitingMessage } from "@signalbox/runtime/model/views";
import type { EntityQuery, TroubledQuery } from "@signalbox/runtime/model/queries";
import type { PartitionProcessor } from "../processor/partition-processor.ts";
import { entityTables, type StoredEntity } from "./stored-entities.ts";
import { coldWaitReason, waitReasonOf } from "./wait-reasons.ts";

const mailboxShownMax = 100;

/** A mailbox that is only on disk is counted up to this number. */
const coldDepthCountedMax = 10_000;

/** Ready entities that cannot go now are shown as waiting: no endpoint, breaker open, or no credit. */
function shownStatus(state: PartitionState, entity: Entity | undefined): EntityStatus {
  if (entity === undefined) return "idle";
  if (entity.status !== "ready") return entity.status;
  const endpoint = entity.type.endpoint;
  return endpoint === undefined || !state.ready.ofEndpoint(endpoint).hasCredit ? "waiting" : "ready";
}

/** The parts of a partition that these reads need. */
export type EntitySource = Pick<PartitionProcessor, "state" | "store" | "view" | "clock">;

export async function entitySummaries(
  processor: EntitySource,
  { type }: EntityQuery,
  { items, cursor }: Page<StoredEntity>,
): Promise<Page<EntitySummary>> {
  const summaries: EntitySummary[] = [];
  for (const { id } of items) summaries.push(await summaryOfId(processor, { type, id }));
  return { items: summaries, cursor };
}

/** Entities that are in memory, that have a write under way to the store or that wait on disk are read again from the partition. Of all others the store has said everything. */
export async function entityViews(
  processor: EntitySource,
  { type }: EntityQuery,
  { items, cursor }: Page<StoredEntity>,
): Promise<Page<EntityView>> {
  const views: EntityView[] = [];
  for (const stored of items) {
    const view = storedView(processor, type, stored) ?? (await viewEntity(processor, { type, id: stored.id }));
    if (view !== undefined) views.push(view);
  }
  return { items: views, cursor };
}

/** Undefined: the store does not know everything about this entity. */
function storedView({ state, clock }: EntitySource, typeName: string, { id, values }: StoredEntity): EntityView | undefined {
  const address = { type: typeName, id };
  const type = state.entities.types.get(typeName);
  if (type === undefined || type.coldRows > 0 || state.entities.find(address) !== undefined) return undefined;
  const keyPart = entityPart(typeName, id);
  if (type.specs.some(({ name }) => state.epochs.pending(storeKey.state(keyPart, name)) !== undefined)) return undefined;
  coverageMark("entity-told-by-the-store-alone");
  const byName = new Map(values.map(({ name, value }) => [name, value]));
  const nowMs = clock.nowMs();
  const shown = type.specs.map((spec) => stateValueView(spec, unexpired(byName.get(spec.name), nowMs)));
  return { ...summaryOf(state, address, undefined), state: shown, mailbox: [] };
}

async function summaryOfId(processor: EntitySource, address: Address): Promise<EntitySummary> {
  const entity = processor.state.entities.find(address);
  const cold = entity === undefined ? await coldDepth(processor, address) : 0;
  return {
    address,
    status: cold > 0 ? "waiting" : shownStatus(processor.state, entity),
    mailboxDepth: entity?.mailbox.depth ?? cold,
  };
}

/** Counts messages that are only on disk, and those whose write is under way. */
async function coldDepth({ state, store }: EntitySource, { type, id }: Address): Promise<number> {
  if ((state.entities.types.get(type)?.coldRows ?? 0) === 0) return 0;
  const keyPart = entityPart(type, id);
  let depth = state.cold.addedSince(keyPart, state.epochs.durable);
  const { gte, lt } = entityRange("m", keyPart);
  for await (const key of store.scanKeys({ gte, lt, limit: coldDepthCountedMax })) {
    if (state.epochs.pending(key) === undefined) depth++;
  }
  return depth;
}

export async function viewEntity(processor: EntitySource, address: Address): Promise<EntityView | undefined> {
  if (typeof address.id !== "string") throw new EngineError("INVALID_ADDRESS", "an address needs an id", "Give the entity's id.");
  const cold = await viewCold(processor, address);
  if (cold !== undefined) return cold;
  const entity = processor.state.entities.find(address);
  const state = readState(processor, address, entity);
  const known =
    state.some((value) => value.value !== undefined) ||
    (entity !== undefined && entity.status !== "idle") ||
    (await isListed(processor, address));
  if (!known) return undefined;
  return { ...summaryOf(processor.state, address, entity), state, mailbox: await readMailbox(processor, address, entity) };
}

/** Undefined: the entity is in memory, or nothing waits for it on disk. */
async function viewCold(processor: EntitySource, address: Address): Promise<EntityView | undefined> {
  const { entities } = processor.state;
  const mailboxDepth = entities.find(address) === undefined ? await coldDepth(processor, address) : 0;
  if (mailboxDepth === 0) return undefined;
  const mailbox = await rowsOfMailbox(processor, address);
  const type = entities.types.get(address.type);
  if (type === undefined || entities.find(address) !== undefined) return undefined;
  // The state is read after the mailbox, so that it shows what messages did that were taken from there meanwhile.
  const state = readState(processor, address, undefined);
  const waitReason = coldWaitReason(processor.state, type);
  return { ...summaryOf(processor.state, address, undefined), status: "waiting", mailboxDepth, waitReason, state, mailbox };
}

function summaryOf(state: PartitionState, address: Address, entity: Entity | undefined): Omit<EntityView, "state" | "mailbox"> {
  return {
    address,
    status: shownStatus(state, entity),
    mailboxDepth: entity?.mailbox.depth ?? 0,
    failure: entity?.failure,
    attempts: entity?.failures ?? 0,
    sinceMs: sinceOf(entity),
    retryAtMs: entity?.status === "backing-off" ? entity.retryAtMs : undefined,
    waitReason: entity && waitReasonOf(state, entity),
  };
}

function sinceOf(entity: Entity | undefined): number | undefined {
  if (entity?.heldAt !== undefined) return entity.heldSinceMs;
  return entity !== undefined && (entity.failure !== undefined || entity.status === "paused") ? entity.sinceMs : undefined;
}

export function readStateValues(processor: EntitySource, address: Address): (StoredValue | undefined)[] {
  const keyPart = entityPart(address.type, address.id);
  return (processor.state.entities.types.get(address.type)?.specs ?? []).map((spec) => processor.view.stateValue(keyPart, spec.name));
}

/** `entity` is the one at the address, where it is in memory. */
export function liveStateValue(
  processor: EntitySource,
  { address, entity, name }: { address: Address; entity: Entity | undefined; name: string },
): StoredValue | undefined {
  const inMemory = entity?.values;
  const stored = inMemory === undefined ? processor.view.stateValue(entityPart(address.type, address.id), name) : inMemory.get(name);
  return unexpired(stored, processor.clock.nowMs());
}

/** An expired value counts as gone before the sweep removes it. */
function unexpired(value: StoredValue | undefined, nowMs: number): StoredValue | undefined {
  return value !== undefined && value.expiresMs !== 0 && value.expiresMs <= nowMs ? undefined : value;
}

function readState(processor: EntitySource, address: Address, entity: Entity | undefined): StateValueView[] {
  const specs = processor.state.entities.types.get(address.type)?.specs ?? [];
  return specs.map((spec) => stateValueView(spec, liveStateValue(processor, { address, entity, name: spec.name })));
}

function stateValueView(spec: StateSpec, value: StoredValue | undefined): StateValueView {
  return {
    name: spec.name,
    spec,
    value: value && { typename: value.typename, bytes: value.bytes },
    writtenMs: value?.writtenMs,
    expiresMs: value === undefined || value.expiresMs === 0 ? undefined : value.expiresMs,
  };
}

async function isListed(processor: EntitySource, address: Address): Promise<boolean> {
  for (const table of entityTables) {
    for await (const key of processor.store.scanKeys({ ...partsRange(table, address.type, address.id), limit: 1 })) return key.length > 0;
    // The entity table's key ends with the id itself.
    if (table === "e" && processor.store.get(`e\u0000${entityPart(address.type, address.id)}`) !== undefined) return true;
  }
  return false;
}

function showAll(messages: readonly Message[]): WaitingMessage[] {
  return messages.map((message) => {
    const { trace, caller, target, value, atMs } = message;
    return { sequence: messageId(message), trace, caller, target, value, atMs };
  });
}

async function readMailbox(processor: EntitySource, address: Address, entity: Entity | undefined): Promise<WaitingMessage[]> {
  if (entity === undefined || entity.mailbox.depth === 0) return [];
  if (entity.mailbox.inMemory > 0) return showAll(entity.mailbox.first(mailboxShownMax));
  return rowsOfMailbox(processor, address);
}

async function rowsOfMailbox(processor: EntitySource, address: Address): Promise<WaitingMessage[]> {
  const messages: Message[] = [];
  for await (const [, bytes] of processor.store.scan({ ...partsRange("m", address.type, address.id), limit: mailboxShownMax }))
    messages.push(decodeRecord.message(bytes, address));
  return showAll(messages);
}

export function listTroubled(processor: EntitySource, query: TroubledQuery): EntityView[] {
  const chosen: EntityView[] = [];
  for (const entity of [...processor.state.entities.troubled].reverse()) {
    if (chosen.length >= query.limit) break;
    if (query.type !== undefined && entity.type.name !== query.type) continue;
    if (query.status !== undefined && entity.status !== query.status) continue;
    chosen.push(viewInMemory(processor, entity));
  }
  return chosen;
}

/** The view of an entity that waits for a person or a moment. */
export function viewInMemory(processor: EntitySource, entity: Entity): EntityView {
  return {
    ...summaryOf(processor.state, entity.address, entity),
    state: readState(processor, entity.address, entity),
    mailbox: showAll(entity.mailbox.first(mailboxShownMax)),
  };
}
