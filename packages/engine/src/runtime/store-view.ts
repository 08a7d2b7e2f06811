/**
 * StoreView: reads through the open and the syncing epochs to the store, so that what was written a moment ago is seen.
 * Synchronous: what it returns still holds when the command that carries it is applied.
 */
import type { Action } from "../core/action.ts";
import type { Command, TokenRead } from "../core/command.ts";
import type { PartitionState } from "../core/partition-state.ts";
import { storeKey } from "../core/store-key.ts";
import { decodeRecord, type StoredValue, type StoreRecord } from "../core/store-record.ts";
import type { InvocationOutcome, InvocationRequest } from "../model/invocation.ts";
import type { Store } from "../ports/store.ts";

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

  /** What an entity is sent with. */
  stateOf(action: Extract<Action, { kind: "load" }>, nowMs: number): Command {
    const values = action.names.map((name) => this.stateValue(action.keyPart, name));
    return { kind: "loaded", nowMs, address: action.address, values };
  }

  /** What the tokens that a reply names stand for. */
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

  idempotency(key: string): { messageId: number; traceId: number; atMs: number } | undefined {
    return this.read(storeKey.idempotency(key), (record) => (record.kind === "idempotency" ? record : undefined), decodeRecord.idempotency);
  }

  producer(producer: string): number {
    return (
      this.read(
        storeKey.producer(producer),
        (record) => (record.kind === "producer" ? record.sequence : undefined),
        decodeRecord.producer,
      ) ?? 0
    );
  }

  private read<T>(key: string, fromRecord: (record: StoreRecord) => T | undefined, fromBytes: (bytes: Uint8Array) => T): T | undefined {
    const pending = this.state.pending(key);
    if (pending !== undefined) return pending.record === undefined ? undefined : fromRecord(pending.record);
    const bytes = this.store.get(key);
    return bytes === undefined ? undefined : fromBytes(bytes);
  }
}
