/**
 * EntityQueries: the console's reads of entities: pages in id order merged from the tables that know an id, and one entity whole.
 * Reads the store (durable) and the partition's memory (now); never waits for a count.
 */
import type { Entity } from "../core/tables/entity.ts";
import type { PartitionState } from "../core/partition-state.ts";
import { afterEntity, entityPart, entityRange, idPrefixRange, partsRange, splitKey, type KeyTable } from "../core/store/store-key.ts";
import { decodeRecord, type StoredValue } from "../core/store/store-record.ts";
import type { Address } from "../model/address.ts";
import { EngineError } from "../model/engine-error.ts";
import { messageId, type Message } from "../model/message.ts";
import type { EntityStatus, EntitySummary, EntityView, Page, StateValueView, WaitingMessage } from "../model/views.ts";
import { compareUtf8 } from "../model/utf8-order.ts";
import type { EntityQuery, TroubledQuery } from "../model/queries.ts";
import type { StoreReader } from "../ports/store.ts";
import type { PartitionProcessor } from "./partition-processor.ts";
import { coldWaitReason, waitReasonOf } from "./wait-reasons.ts";

const tables: readonly KeyTable[] = ["s", "m", "e", "h"];
const mailboxShownMax = 100;

/** Rows of one id; more cost more than to look for the next id. */
const rowsPassedMax = 16;

/** A mailbox on disk only is counted so far. */
const coldDepthCountedMax = 10_000;

/** Ready entities that cannot go now are shown as waiting: no endpoint, breaker open, or no credit. */
function shownStatus(state: PartitionState, entity: Entity | undefined): EntityStatus {
  if (entity === undefined) return "idle";
  if (entity.status !== "ready") return entity.status;
  const endpoint = entity.type.endpoint;
  return endpoint === undefined || !state.ready.ofEndpoint(endpoint).hasCredit ? "waiting" : "ready";
}

export async function listEntities(processor: PartitionProcessor, query: EntityQuery): Promise<Page<EntitySummary>> {
  const ids = tables.map((table) => idsIn(processor.store, table, query));
  try {
    const heads = await Promise.all(ids.map(nextOf));
    const items: EntitySummary[] = [];
    while (items.length < query.limit) {
      const id = smallest(heads);
      if (id === undefined) return { items, cursor: undefined };
      items.push(await summaryOfId(processor, { type: query.type, id }));
      for (const [index, rest] of ids.entries()) {
        if (heads[index] === id) heads[index] = await nextOf(rest);
      }
    }
    return { items, cursor: smallest(heads) === undefined ? undefined : items.at(-1)?.address.id };
  } finally {
    await Promise.all(ids.map((rest) => rest.return(undefined)));
  }
}

async function summaryOfId(processor: PartitionProcessor, address: Address): Promise<EntitySummary> {
  const entity = processor.state.entities.find(address);
  const cold = entity === undefined ? await coldDepth(processor, address) : 0;
  return {
    address,
    status: cold > 0 ? "waiting" : shownStatus(processor.state, entity),
    mailboxDepth: entity?.mailbox.depth ?? cold,
  };
}

/** Messages on disk only, those that are on their way there too. */
async function coldDepth({ state, store }: PartitionProcessor, { type, id }: Address): Promise<number> {
  if ((state.entities.types.get(type)?.coldRows ?? 0) === 0) return 0;
  const keyPart = entityPart(type, id);
  let depth = state.cold.addedSince(keyPart, state.epochs.durable);
  const { gte, lt } = entityRange("m", keyPart);
  for await (const key of store.scanKeys({ gte, lt, limit: coldDepthCountedMax })) {
    if (state.epochs.pending(key) === undefined) depth++;
  }
  return depth;
}

function smallest(ids: readonly (string | undefined)[]): string | undefined {
  let least: string | undefined;
  for (const id of ids) if (id !== undefined && (least === undefined || compareUtf8(id, least) < 0)) least = id;
  return least;
}

type Ids = AsyncGenerator<string, undefined>;

async function nextOf(ids: Ids): Promise<string | undefined> {
  return (await ids.next()).value;
}

/** Upward, each once. Most ids have few rows, which are passed; where one has many, the next id is looked for. */
async function* idsIn(store: StoreReader, table: KeyTable, { type, prefix = "", cursor }: EntityQuery): Ids {
  const range = idPrefixRange(table, type, prefix);
  const behindCursor = cursor === undefined ? range.gte : afterEntity(table, type, cursor);
  let gte: string | undefined = compareUtf8(behindCursor, range.gte) > 0 ? behindCursor : range.gte;
  let last: string | undefined;
  while (gte !== undefined) {
    const keys = store.scanKeys({ gte, lt: range.lt, few: true });
    gte = undefined;
    let passed = 0;
    for await (const key of keys) {
      const id = splitKey(key)[2];
      if (id === undefined) continue;
      if (id !== last) {
        last = id;
        passed = 0;
        yield id;
      } else if (++passed > rowsPassedMax) {
        gte = afterEntity(table, type, id);
        break;
      }
    }
  }
  return undefined;
}

export async function viewEntity(processor: PartitionProcessor, address: Address): Promise<EntityView | undefined> {
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

/** Undefined: it is in memory, or nothing waits for it on disk only. */
async function viewCold(processor: PartitionProcessor, address: Address): Promise<EntityView | undefined> {
  const { entities } = processor.state;
  const mailboxDepth = entities.find(address) === undefined ? await coldDepth(processor, address) : 0;
  if (mailboxDepth === 0) return undefined;
  const mailbox = await rowsOfMailbox(processor, address);
  const type = entities.types.get(address.type);
  if (type === undefined || entities.find(address) !== undefined) return undefined;
  // After the mailbox: what was taken from there meanwhile is seen here.
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

export function readStateValues(processor: PartitionProcessor, address: Address): (StoredValue | undefined)[] {
  const keyPart = entityPart(address.type, address.id);
  return (processor.state.entities.types.get(address.type)?.specs ?? []).map((spec) => processor.view.stateValue(keyPart, spec.name));
}

/** `entity`: of the address, where it is in memory. */
export function liveStateValue(
  processor: PartitionProcessor,
  { address, entity, name }: { address: Address; entity: Entity | undefined; name: string },
): StoredValue | undefined {
  const inMemory = entity?.values;
  const stored = inMemory === undefined ? processor.view.stateValue(entityPart(address.type, address.id), name) : inMemory.get(name);
  // Expired is gone, also before the sweep has been there.
  return stored !== undefined && stored.expiresMs !== 0 && stored.expiresMs <= processor.clock.nowMs() ? undefined : stored;
}

function readState(processor: PartitionProcessor, address: Address, entity: Entity | undefined): StateValueView[] {
  const specs = processor.state.entities.types.get(address.type)?.specs ?? [];
  return specs.map((spec) => {
    const value = liveStateValue(processor, { address, entity, name: spec.name });
    return {
      name: spec.name,
      spec,
      value: value && { typename: value.typename, bytes: value.bytes },
      writtenMs: value?.writtenMs,
      expiresMs: value === undefined || value.expiresMs === 0 ? undefined : value.expiresMs,
    };
  });
}

async function isListed(processor: PartitionProcessor, address: Address): Promise<boolean> {
  for (const table of tables) {
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

async function readMailbox(processor: PartitionProcessor, address: Address, entity: Entity | undefined): Promise<WaitingMessage[]> {
  if (entity === undefined || entity.mailbox.depth === 0) return [];
  if (entity.mailbox.inMemory > 0) return showAll(entity.mailbox.first(mailboxShownMax));
  return rowsOfMailbox(processor, address);
}

async function rowsOfMailbox(processor: PartitionProcessor, address: Address): Promise<WaitingMessage[]> {
  const messages: Message[] = [];
  for await (const [, bytes] of processor.store.scan({ ...partsRange("m", address.type, address.id), limit: mailboxShownMax }))
    messages.push(decodeRecord.message(bytes, address));
  return showAll(messages);
}

export function listTroubled(processor: PartitionProcessor, query: TroubledQuery): EntityView[] {
  const chosen: EntityView[] = [];
  for (const entity of [...processor.state.entities.troubled].reverse()) {
    if (chosen.length >= query.limit) break;
    if (query.type !== undefined && entity.type.name !== query.type) continue;
    if (query.status !== undefined && entity.status !== query.status) continue;
    chosen.push(viewInMemory(processor, entity));
  }
  return chosen;
}

/** Of an entity that waits for a person or a moment. */
export function viewInMemory(processor: PartitionProcessor, entity: Entity): EntityView {
  return {
    ...summaryOf(processor.state, entity.address, entity),
    state: readState(processor, entity.address, entity),
    mailbox: showAll(entity.mailbox.first(mailboxShownMax)),
  };
}
