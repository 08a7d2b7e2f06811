/**
 * SavepointRows: a savepoint's rows as a store's writes. Journal and history are not part of a savepoint.
 * Neighbours: core/store/savepoint-entry.ts turns a store's entries into rows; store-filler.ts fills the stores of a restore with these.
 */
import { BytesWriter } from "../../core/store/bytes-writer.ts";
import { entityPart, metaKey, storeKey } from "../../core/store/store-key.ts";
import { storeFormatWithoutSums } from "../../core/store/store-format.ts";
import { encodeRecord, type MetaRecord, type StoreRecord } from "../../core/store/store-record.ts";
import { readFailureJson } from "../../model/failure-json.ts";
import { assertNever } from "../../model/invariant.ts";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { StoreWrite } from "../../ports/store.ts";

/** Collects rows into writes; specs, outbox depths and meta, which need all rows, come from `finish`. The sums of what waits are made when the store is opened. */
export class RowWriter {
  private readonly writer = new BytesWriter();
  private readonly partitions: number;
  private readonly specs = new Map<string, Map<string, StateSpec>>();
  private readonly egressWaiting = new Map<string, number>();
  private delayedMessages = 0;
  private pending: StoreWrite[] = [];

  constructor(partitions: number) {
    this.partitions = partitions;
  }

  add(row: SavepointRow): void {
    switch (row.kind) {
      case "state":
        this.put(storeKey.state(entityPart(row.type, row.id), row.name), {
          kind: "state",
          value: { typename: row.typename, bytes: row.bytes, writtenMs: row.writtenMs, expiresMs: row.expiresMs ?? 0 },
        });
        // A hand-written file may hold state only; the specs are then derived from its rows.
        if (!this.specsOf(row.type).has(row.name))
          this.specsOf(row.type).set(row.name, { name: row.name, typename: row.typename, expiration: { mode: "none", afterMs: 0 } });
        return;
      case "message":
        return this.put(storeKey.message(entityPart(row.target.type, row.target.id), row.sequence), {
          kind: "message",
          message: { ...row, origin: 0 },
        });
      case "delayed":
        this.delayedMessages++;
        if (row.token !== "")
          this.put(storeKey.token(row.caller.id, row.token), { kind: "token", dueMs: row.dueMs, sequence: row.sequence });
        return this.put(storeKey.delayed(row.dueMs, row.sequence), { kind: "delayed", delayed: { ...row, cancellationToken: row.token } });
      case "egress":
        this.egressWaiting.set(row.egress, (this.egressWaiting.get(row.egress) ?? 0) + 1);
        return this.put(storeKey.egressRecord(row.egress, row.sequence), { kind: "egress-record", record: row });
      case "entity":
        return this.put(storeKey.entity(entityPart(row.address.type, row.address.id)), {
          kind: "entity",
          record: { status: row.status, failure: readFailureJson(row.failure), attempts: row.attempts, sinceMs: row.sinceMs, messages: 0 },
        });
      case "spec":
        this.specsOf(row.type).set(row.spec.name, row.spec);
        return;
      case "producer":
        return this.put(storeKey.producer(row.producer), { kind: "producer", sequence: row.sequence, position: row.position });
      case "idempotency":
        this.put(storeKey.idempotencyAge(row.atMs, row.key, row.target), { kind: "mark" });
        return this.put(storeKey.idempotency(row.key, row.target), row);
      default:
        return assertNever(row);
    }
  }

  get pendingWrites(): number {
    return this.pending.length;
  }

  take(): StoreWrite[] {
    const taken = this.pending;
    this.pending = [];
    return taken;
  }

  finish(meta: Pick<MetaRecord, "epoch" | "nextSequence" | "journalBytes">): StoreWrite[] {
    for (const [type, specs] of this.specs) this.put(storeKey.specs(type), { kind: "specs", specs: [...specs.values()] });
    for (const [egress, waiting] of this.egressWaiting) this.put(storeKey.egressDepth(egress), { kind: "egress-depth", waiting });
    this.put(metaKey, {
      kind: "meta",
      meta: { ...meta, formatVersion: storeFormatWithoutSums(this.partitions), delayedMessages: this.delayedMessages },
    });
    return this.take();
  }

  private specsOf(type: string): Map<string, StateSpec> {
    const known = this.specs.get(type);
    if (known !== undefined) return known;
    const made = new Map<string, StateSpec>();
    this.specs.set(type, made);
    return made;
  }

  private put(key: string, record: StoreRecord): void {
    this.pending.push({ key, value: encodeRecord(this.writer, record) });
  }
}
