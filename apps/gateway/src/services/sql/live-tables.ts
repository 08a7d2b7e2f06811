/**
 * LiveTables: the live tables of SQL (sql/sql-tables.ts), read page by page through the Runtime port. Neighbours: sql-process.ts asks for
 * the next page when the query wants it.
 * Guarantee: a page is bounded, and after each the gateway's other work has its turn; nothing is read that the query does not pull.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  CapabilityMissing,
  type Engine,
  type EntityQuery,
  type EntityView,
  type Page,
  type Runtime,
  type TypedValue,
} from "@signalbox/runtime";
import type { SavepointRow } from "../../contract/savepoints/savepoints.ts";
import { maskOf } from "../../masking/masked-value.ts";
import type { PullParameters } from "../../sql/sql-job.ts";
import type { ReadLiveTable } from "../../sql/sql-process.ts";
import { liveTables as tables, type LiveTableName, type SqlRow, type SqlTable } from "../../sql/sql-tables.ts";

export interface LiveTablesParts {
  readonly runtime: Pick<Runtime, "name" | "capabilities">;
  readonly engine: Pick<
    Engine,
    "functionTypes" | "entities" | "entity" | "entityViews" | "journalOutlines" | "troubledEntities" | "egresses" | "egressRecords"
  >;
  readonly savepoints: { list(): SavepointRow[] };
}

type Pages = AsyncGenerator<readonly SqlRow[], void>;

const entitiesPerPage = 200;
/** Read at once: more would stand before the traffic's own reads. */
const entitiesAtOnce = 16;
const recordsPerPage = 200;
const troubledMax = 1_000;

export function liveTables(parts: LiveTablesParts): ReadLiveTable {
  const holdsMailboxes = parts.runtime.capabilities["entity-actions"].able;
  const readers: Readonly<Record<LiveTableName, (parameters: PullParameters) => Pages>> = {
    entities: (parameters) =>
      rowsOf(
        entityPages(parts, parameters, (query) => parts.engine.entities(query)),
        ({ address, status, mailboxDepth }) => [[address.type, address.id, status, holdsMailboxes ? mailboxDepth : null]],
      ),
    state: (parameters) =>
      rowsOf(
        entityPages(parts, parameters, (query) => parts.engine.entityViews(query)),
        stateRows,
      ),
    mailboxes: (parameters) => rowsOf(waitingPages(parts, parameters), mailboxRows),
    journal: () => journalPages(parts),
    failures: () => failurePages(parts),
    egress: () => egressPages(parts),
    savepoints: () => savepointPages(parts),
  };
  return (table, parameters) => {
    refuseUnable(parts.runtime, table);
    return readers[table](parameters);
  };
}

/** An empty table would say that nothing waits or happened, where nobody here knows. */
function refuseUnable(runtime: LiveTablesParts["runtime"], name: LiveTableName): void {
  const table: SqlTable | undefined = tables.find((each) => each.name === name);
  if (table?.needs !== undefined && !runtime.capabilities[table.needs].able) throw new CapabilityMissing(runtime, table.needs);
}

async function* rowsOf<T>(pages: AsyncIterable<readonly T[]>, rows: (item: T) => readonly SqlRow[]): Pages {
  for await (const page of pages) {
    yield page.flatMap(rows);
    await nextTurn();
  }
}

type ReadEntities<T> = (query: EntityQuery) => Promise<Page<T>>;

async function* entityPages<T>(
  { engine }: LiveTablesParts,
  { type, prefix }: PullParameters,
  read: ReadEntities<T>,
): AsyncGenerator<readonly T[], void> {
  const types = type === undefined ? engine.functionTypes().map((known) => known.type) : [type];
  for (const one of types) {
    let cursor: string | undefined;
    do {
      const page = await read({ type: one, prefix, cursor, limit: entitiesPerPage });
      yield page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

/** Few wait, as a rule: nobody else's state is read for them. */
async function* waitingPages(parts: LiveTablesParts, parameters: PullParameters): AsyncGenerator<readonly EntityView[], void> {
  for await (const page of entityPages(parts, parameters, (query) => parts.engine.entities(query))) {
    const addresses = page.filter(({ mailboxDepth }) => mailboxDepth > 0).map(({ address }) => address);
    for (let at = 0; at < addresses.length; at += entitiesAtOnce) {
      const found = await Promise.all(addresses.slice(at, at + entitiesAtOnce).map((address) => parts.engine.entity(address)));
      yield found.filter((view) => view !== undefined);
    }
  }
}

/** typename, value, bytes: what the bytes say is made of them where they arrive, but for masked ones, whose bytes are no longer of their type. */
function valueCells(value: TypedValue): SqlRow {
  const mask = maskOf(value);
  if (mask !== undefined) return [value.typename, mask.as === "json" ? mask.text : JSON.stringify(mask.text), value.bytes];
  return value.hasValue === false ? [value.typename, null, null] : [value.typename, 1, value.bytes];
}

function stateRows({ address, state }: EntityView): SqlRow[] {
  return state.flatMap(({ name, value, writtenMs, expiresMs }) =>
    value === undefined ? [] : [[address.type, address.id, name, ...valueCells(value), whole(writtenMs), whole(expiresMs)]],
  );
}

function mailboxRows({ address, mailbox }: EntityView): SqlRow[] {
  return mailbox.map(({ sequence, trace, caller, value, atMs }) => [
    address.type,
    address.id,
    sequence,
    trace,
    caller?.type ?? null,
    caller?.id ?? null,
    ...valueCells(value),
    whole(atMs),
  ]);
}

async function* journalPages({ engine }: LiveTablesParts): Pages {
  let cursor: string | undefined;
  do {
    const page = await engine.journalOutlines({ cursor, limit: recordsPerPage });
    yield page.items.map(({ sequence, address, outcome, trace, ...record }) => [
      sequence,
      address.type,
      address.id,
      outcome.kind === "act" ? outcome.act : outcome.kind,
      trace ?? null,
      record.messagesTotal,
      record.sent,
      record.delayed,
      record.egress,
      record.state,
      record.attempts,
      whole(record.startedMs),
      whole(record.endedMs),
      record.epoch,
      record.endpoint,
      outcome.kind === "parked" ? outcome.failure.code : null,
      outcome.kind === "parked" ? outcome.failure.message : null,
    ]);
    cursor = page.cursor;
    await nextTurn();
  } while (cursor !== undefined);
}

async function* failurePages({ engine }: LiveTablesParts): Pages {
  const troubled = await engine.troubledEntities({ limit: troubledMax });
  yield troubled.map(({ address, status, mailboxDepth, attempts, sinceMs, retryAtMs, failure }) => [
    address.type,
    address.id,
    status,
    mailboxDepth,
    attempts,
    whole(sinceMs),
    whole(retryAtMs),
    failure?.code ?? null,
    failure?.message ?? null,
  ]);
}

async function* egressPages({ engine }: LiveTablesParts): Pages {
  for (const { id } of engine.egresses()) {
    let after: number | undefined;
    for (;;) {
      const records = await engine.egressRecords({ egress: id, after, limit: recordsPerPage });
      if (records.length === 0) break;
      yield records.map(({ sequence, trace, from, value, atMs }) => [
        id,
        sequence,
        trace,
        from.type,
        from.id,
        ...valueCells(value),
        whole(atMs),
      ]);
      after = records.at(-1)?.sequence;
      await nextTurn();
    }
  }
}

async function* savepointPages({ savepoints }: LiveTablesParts): Pages {
  yield savepoints
    .list()
    .map((row) => [
      row.id,
      whole(row.createdMs),
      row.status,
      row.origin,
      row.epoch,
      row.entities,
      row.messages,
      row.delayedMessages,
      row.egressRecords,
      row.sizeBytes,
    ]);
}

/** Times may have fractions of a millisecond. */
function whole(value: number | undefined): number | null {
  return value === undefined ? null : Math.floor(value);
}
