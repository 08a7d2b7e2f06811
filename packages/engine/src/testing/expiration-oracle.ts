/**
 * ExpirationOracle: whether each request carries exactly the expiring values that are alive when it leaves: none that is over, none
 * missing that is not. It follows the commits and, after a crash or a restore, what is on disk. The wall clock may jump back: a value that
 * was over once may be gone for good.
 */
import { entityPart, storeKey } from "../core/store-key.ts";
import { decodeRecord } from "../core/store-record.ts";
import { formatAddress } from "../model/address.ts";
import type { InvocationRequest } from "../model/invocation.ts";
import type { JournalRecord } from "../model/journal-record.ts";
import type { StoreReader } from "../ports/store.ts";
import { memoryState, touchState } from "./interpreter.ts";
import { must } from "./trace.ts";
import { addressOf } from "./workload.ts";

interface Alive {
  memoryUntilMs: number;
  touchUntilMs: number;
  /** The request in flight carried the value that lives on by being used. */
  touchSent: boolean;
}

export class ExpirationOracle {
  private readonly entities = new Map<string, Alive>();
  private readonly entityCount: number;
  private latestMs = 0;
  private life = 0;
  private store: StoreReader | undefined;
  checks = 0;

  constructor(entities: number) {
    this.entityCount = entities;
  }

  sent(request: InvocationRequest, at: { nowMs: number; latestMs: number; life: number; store: StoreReader }): void {
    if (this.life !== at.life || this.store !== at.store) this.reload(at);
    const { nowMs } = at;
    this.latestMs = Math.max(at.latestMs, nowMs);
    const alive = this.of(formatAddress(request.target));
    this.checkOne(request, { name: memoryState.name, untilMs: alive.memoryUntilMs, nowMs });
    alive.touchSent = this.checkOne(request, { name: touchState.name, untilMs: alive.touchUntilMs, nowMs });
  }

  ended(record: JournalRecord): void {
    if (record.outcome.kind !== "completed") return;
    const alive = this.of(formatAddress(record.address));
    const wrote = (name: string): boolean => record.state.some((change) => change.name === name);
    if (wrote(memoryState.name)) alive.memoryUntilMs = record.endedMs + memoryState.expiration.afterMs;
    if (wrote(touchState.name) || alive.touchSent) alive.touchUntilMs = record.endedMs + touchState.expiration.afterMs;
  }

  /** The first request of a new life, or after a restore: what counts is what was found on disk. */
  private reload(at: { life: number; store: StoreReader }): void {
    const { store } = at;
    this.life = at.life;
    this.store = store;
    this.entities.clear();
    for (let entity = 0; entity < this.entityCount; entity++) {
      const address = addressOf(entity);
      const untilMs = (name: string): number => {
        const row = store.get(storeKey.state(entityPart(address.type, address.id), name));
        return row === undefined ? 0 : decodeRecord.state(row).expiresMs;
      };
      this.entities.set(formatAddress(address), {
        memoryUntilMs: untilMs(memoryState.name),
        touchUntilMs: untilMs(touchState.name),
        touchSent: false,
      });
    }
  }

  /** Whether the request carries the value. */
  private checkOne(request: InvocationRequest, at: { name: string; untilMs: number; nowMs: number }): boolean {
    const present = request.state.some((entry) => entry.name === at.name && entry.value !== undefined);
    const what = (): string => `value ${at.name} of ${formatAddress(request.target)}, which lives until ${at.untilMs},`;
    must(!present || at.untilMs > at.nowMs, () => `${what()} was sent at ${at.nowMs}`);
    must(
      present || at.untilMs <= this.latestMs || !request.state.some((entry) => entry.name === at.name),
      () => `${what()} was not sent at ${at.nowMs}`,
    );
    if (present) this.checks++;
    return present;
  }

  private of(name: string): Alive {
    const known = this.entities.get(name);
    if (known !== undefined) return known;
    const made: Alive = { memoryUntilMs: 0, touchUntilMs: 0, touchSent: false };
    this.entities.set(name, made);
    return made;
  }
}
