/**
 * StoreView: reads through the open and the syncing epochs to the store, so that what was written a moment ago is seen. A synchronous read
 * still holds when the command that carries it is applied in the same turn. A read that takes time (statesBeside) holds because nothing
 * changes the values of an entity while it is loading: rows that are not durable when the read begins are taken from the epochs, and all
 * other rows stay as they are on disk.
 */
import type { Action } from "../../core/action.ts";
import type { Command, TokenRead } from "../../core/command.ts";
import { coverageMark } from "../../core/coverage-mark.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { storeKey } from "../../core/store/store-key.ts";
import { decodeRecord, type KeyRecord, type StoredValue, type StoreRecord } from "../../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Store } from "../../ports/store.ts";

export type Load = Extract<Action, { kind: "load" }>;

const noTokens: ReadonlyMap<string, TokenRead | undefined> = new Map();

export class StoreView {
  private readonly state: PartitionState;
  private readonly store: Store;

  constructor(state: PartitionState, store: Store) {
    this.state = state;
    this.store = store;
  }

  stateValue(entityPart: string, name: string): StoredValue | undefined {
    return this.read(
      storeKey.state(entityPart, name),
      (record) => (record.kind === "state" ? record.value : undefined),
      decodeRecord.state,
    );
  }

  /** Reads the state values that entities are sent with. */
  statesOf(loads: readonly Load[], nowMs: () => number): Command {
    const entities = loads.map(({ address, keyPart, names }) => ({
      address,
      values: names.map((name) => this.stateValue(keyPart, name)),
    }));
    return { kind: "loaded", nowMs: nowMs(), entities };
  }

  /** The same, but read on a thread of the store. */
  async statesBeside(loads: readonly Load[], nowMs: () => number): Promise<Command> {
    coverageMark("states-read-beside-the-thread");
    const keys: string[] = [];
    const entities = loads.map(({ address, keyPart, names }) => {
      const values: (StoredValue | undefined)[] = [];
      const missing: number[] = [];
      for (const [index, name] of names.entries()) {
        const key = storeKey.state(keyPart, name);
        const pending = this.state.epochs.pending(key);
        values.push(pending?.record?.kind === "state" ? pending.record.value : undefined);
        if (pending !== undefined) {
          coverageMark("state-on-its-way-when-read-began");
          continue;
        }
        missing.push(index);
        keys.push(key);
      }
      return { address, values, missing };
    });
    const rows = await this.store.getMany(keys);
    let next = 0;
    for (const { values, missing } of entities) {
      for (const index of missing) {
        const bytes = rows[next++];
        if (bytes !== undefined) values[index] = decodeRecord.state(bytes);
      }
    }
    return { kind: "loaded", nowMs: nowMs(), entities };
  }

  /** Reads what the cancellation tokens of a reply stand for. */
  tokensOf(request: InvocationRequest, outcome: InvocationOutcome): ReadonlyMap<string, TokenRead | undefined> {
    if (outcome.kind !== "reply" || outcome.reply.kind !== "completed" || outcome.reply.effects.delayed.length === 0) return noTokens;
    const tokens = new Map<string, TokenRead | undefined>();
    for (const effect of outcome.reply.effects.delayed) {
      const token = effect.cancellationToken;
      if (token !== "" && !tokens.has(token)) tokens.set(token, this.token(request.target.id, token));
    }
    return tokens;
  }

  token(senderId: string, token: string): { dueMs: number; sequence: number } | undefined {
    return this.read(storeKey.token(senderId, token), (record) => (record.kind === "token" ? record : undefined), decodeRecord.token);
  }

  /** A row without a target, as formats before 10 wrote it, counts for every target until it is forgotten by its age. */
  idempotency(key: string, target: Address): KeyRecord | undefined {
    return this.keyRow(key, target) ?? this.keyRow(key, undefined);
  }

  /** The row under exactly this key and target. */
  keyRow(key: string, target: Address | undefined): KeyRecord | undefined {
    return this.read(
      storeKey.idempotency(key, target),
      (record) => (record.kind === "idempotency" ? record : undefined),
      decodeRecord.idempotency,
    );
  }

  producer(producer: string): { readonly sequence: number; readonly position: string | undefined } {
    const row = this.read(
      storeKey.producer(producer),
      (record) => (record.kind === "producer" ? { sequence: record.sequence, position: record.position } : undefined),
      decodeRecord.producer,
    );
    return row ?? { sequence: 0, position: undefined };
  }

  private read<T>(key: string, fromRecord: (record: StoreRecord) => T | undefined, fromBytes: (bytes: Uint8Array) => T): T | undefined {
    const pending = this.state.epochs.pending(key);
    if (pending !== undefined) return pending.record === undefined ? undefined : fromRecord(pending.record);
    const bytes = this.store.get(key);
    return bytes === undefined ? undefined : fromBytes(bytes);
  }
}
