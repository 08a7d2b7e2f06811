/** MemoryEntities: what the entities of a memory runtime are, and what an operator does to them; each action is a record of the journal. */
import type { Entities, EntityAction, EntitySelection } from "../entities.ts";
import { formatAddress, type Address } from "../model/address.ts";
import { editedDetail } from "../model/act-detail.ts";
import { EngineError } from "../model/engine-error.ts";
import type { JournalAct, JournalStateChange } from "../model/journal-record.ts";
import type { Message } from "../model/message.ts";
import type { EntityQuery } from "../model/queries.ts";
import type { EntitySummary, EntityView, Page } from "../model/views.ts";
import { changeState } from "./memory-effects.ts";
import type { MemoryMachine } from "./memory-machine.ts";
import type { MemoryEntity, MemoryTables } from "./memory-tables.ts";

const mailboxShownMax = 100;
const isTroubled = (entity: MemoryEntity): boolean => entity.hold !== undefined;

export function memoryEntities(machine: MemoryMachine): Entities {
  const { tables } = machine;
  const all = (): MemoryEntity[] => [...tables.entities.values()];
  return {
    entities: async (query) => entityPage(tables, query),
    entityViews: async (query) => {
      const { items, cursor } = entityPage(tables, query);
      const known = items.flatMap(({ address }) => tables.entities.get(formatAddress(address)) ?? []);
      return { items: known.map((one) => viewOf(machine, one)), cursor };
    },
    troubledEntities: async ({ type, status, limit }) =>
      all()
        .filter(isTroubled)
        .filter((entity) => type === undefined || entity.address.type === type)
        .filter((entity) => status === undefined || tables.statusOf(entity) === status)
        .toSorted((a, b) => (b.hold?.sinceMs ?? 0) - (a.hold?.sinceMs ?? 0))
        .slice(0, limit)
        .map((entity) => viewOf(machine, entity)),
    entity: async (address) => {
      const known = tables.entities.get(formatAddress(address));
      return known === undefined ? undefined : viewOf(machine, known);
    },
    act: async (selection, action) => ({
      changed: selected(tables, selection, action).filter((one) => acts(machine, one, { selection, action })).length,
    }),
    editState: (address, edits) => {
      const entity = tables.entity(address);
      const { promise, resolve } = Promise.withResolvers<void>();
      const edit = (): void => {
        const state = edits.map(({ name, value }) =>
          changeState(machine, entity, value === undefined ? { kind: "delete", name } : { kind: "modify", name, value }),
        );
        noted(machine, entity, { act: "edit-state", detail: editedDetail(edits), state });
        resolve();
      };
      const known = new Set(machine.specsOf(address.type).map(({ name }) => name));
      const unknown = edits.find(({ name }) => !known.has(name));
      if (unknown !== undefined)
        return Promise.reject(
          new EngineError("UNKNOWN_STATE", `${address.type} has no value "${unknown.name}"`, "Name a value that is registered."),
        );
      if (entity.inFlight > 0) entity.edits.push(edit);
      else edit();
      return promise;
    },
  };
}

function entityPage(tables: MemoryTables, { type, prefix = "", cursor, limit }: EntityQuery): Page<EntitySummary> {
  const found = [...tables.entities.values()]
    .filter(({ address: { type: own, id } }) => own === type && id.startsWith(prefix) && (cursor === undefined || inOrder(cursor, id) < 0))
    .toSorted((a, b) => inOrder(a.address.id, b.address.id));
  const items = found.slice(0, limit).map((entity) => summaryOf(tables, entity));
  return { items, cursor: found.length > limit ? items.at(-1)?.address.id : undefined };
}

function inOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function summaryOf(tables: MemoryTables, entity: MemoryEntity): EntitySummary {
  return { address: entity.address, status: tables.statusOf(entity), mailboxDepth: entity.mailbox.length };
}

function viewOf(machine: MemoryMachine, entity: MemoryEntity): EntityView {
  const { tables, nowMs } = machine;
  const { hold, address, mailbox } = entity;
  const failure = hold?.kind === "parked" ? hold.failure : undefined;
  return {
    ...summaryOf(tables, entity),
    state: machine.specsOf(address.type).map((spec) => {
      const held = tables.valueOf(entity, spec.name, nowMs);
      return { name: spec.name, value: held?.value, spec, writtenMs: held?.writtenMs, expiresMs: held?.expiresMs };
    }),
    mailbox: mailbox.slice(0, mailboxShownMax).map(withoutOrigin),
    failure,
    attempts: failure === undefined ? 0 : 1,
    sinceMs: hold?.sinceMs,
    retryAtMs: undefined,
    waitReason: waitReasonOf(tables, entity),
  };
}

function withoutOrigin({ origin: _origin, ...message }: Message): Omit<Message, "origin"> {
  return message;
}

function waitReasonOf(tables: MemoryTables, { mailbox, hold, address }: MemoryEntity): EntityView["waitReason"] {
  if (mailbox.length === 0) return undefined;
  if (hold?.kind === "paused") return { kind: "paused", sinceMs: hold.sinceMs };
  if (hold?.kind === "parked") return { kind: "parked", sinceMs: hold.sinceMs, attempts: 1, failure: hold.failure };
  const endpoint = tables.endpointOf(address.type)?.id;
  if (endpoint === undefined) return { kind: "no-endpoint", type: address.type };
  const [head] = mailbox;
  return { kind: "in-flight", endpoint, sinceMs: head?.atMs ?? 0, attempt: 1, messages: mailbox.length };
}

function selected(tables: MemoryTables, selection: EntitySelection, { kind }: EntityAction): MemoryEntity[] {
  if (selection.kind === "by-status")
    return [...tables.entities.values()].filter(
      (entity) => (selection.type === undefined || entity.address.type === selection.type) && tables.statusOf(entity) === selection.status,
    );
  const { address } = selection;
  const known = tables.entities.get(formatAddress(address)) ?? (kind === "pause" ? tables.entity(address) : undefined);
  if (known !== undefined) return [known];
  throw new EngineError("UNKNOWN_ENTITY", `${formatAddress(address)} has no mailbox and no status to act on`, "Check the type and the id.");
}

interface Act {
  readonly selection: EntitySelection;
  readonly action: EntityAction;
}

/** With a selection of many, entities that the action does not fit are skipped. */
function acts(machine: MemoryMachine, entity: MemoryEntity, { selection, action }: Act): boolean {
  try {
    actOn(machine, entity, action);
    machine.wake(entity.address);
    return true;
  } catch (error) {
    if (selection.kind === "one" || !(error instanceof EngineError)) throw error;
    return false;
  }
}

function actOn(machine: MemoryMachine, entity: MemoryEntity, action: EntityAction): void {
  const name = formatAddress(entity.address);
  switch (action.kind) {
    case "retry":
    case "resume":
      return letGo(machine, entity, action.kind);
    case "pause":
      entity.hold = { kind: "paused", sinceMs: machine.nowMs };
      return noted(machine, entity, { act: "pause", detail: "" });
    case "discard-head": {
      const head = headOf(entity, name, action.ifSequence);
      entity.mailbox.shift();
      const detail = `message ${head.sequence} of type ${head.value.typename}`;
      return goneOn(machine, entity, { act: "discard", detail, discarded: head });
    }
    case "edit-head": {
      const head = headOf(entity, name, action.ifSequence);
      entity.mailbox[0] = { ...head, value: action.value };
      return goneOn(machine, entity, { act: "edit-message", detail: `message ${head.sequence} is now ${action.value.typename}` });
    }
    default:
      return action satisfies never;
  }
}

function letGo(machine: MemoryMachine, entity: MemoryEntity, act: "retry" | "resume"): void {
  const wanted = act === "retry" ? "parked" : "paused";
  if (entity.hold?.kind !== wanted)
    throw new EngineError(
      "ENTITY_NOT_PARKED",
      `${formatAddress(entity.address)} is not ${wanted}`,
      `Only what is ${wanted} can be asked to ${act}.`,
    );
  entity.hold = undefined;
  noted(machine, entity, { act, detail: "" });
}

function headOf({ mailbox, inFlight }: MemoryEntity, name: string, ifSequence: number | undefined): Message {
  const [head] = mailbox;
  if (head === undefined) throw new EngineError("MAILBOX_EMPTY", `no message waits in the mailbox of ${name}`, "Nothing has to be done.");
  if (inFlight > 0) throw new EngineError("ENTITY_BUSY", `${name} is in flight`, "Pause the entity first, then act on its first message.");
  if (ifSequence !== undefined && head.sequence !== ifSequence)
    throw new EngineError(
      "MESSAGE_MOVED",
      `message ${ifSequence} is no longer the first one of ${name}, message ${head.sequence} is`,
      "Look at the message that is first now. Without ifMessage the action takes whichever is first.",
    );
  return head;
}

/** A parked entity goes on after its first message was edited or discarded. */
function goneOn(machine: MemoryMachine, entity: MemoryEntity, note: Note): void {
  if (entity.hold?.kind === "parked") entity.hold = undefined;
  noted(machine, entity, note);
}

interface Note {
  readonly act: JournalAct;
  readonly detail: string;
  readonly state?: readonly JournalStateChange[];
  /** The message that the action removed. */
  readonly discarded?: Message;
}

function noted(machine: MemoryMachine, { address }: { address: Address }, { act, detail, state = [], discarded }: Note): void {
  machine.record(address, { outcome: { kind: "act", act, detail }, state, batch: discarded === undefined ? [] : [discarded] });
}
