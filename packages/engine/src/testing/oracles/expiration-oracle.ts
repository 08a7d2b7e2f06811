/**
 * ExpirationOracle: checks that each request carries exactly the expiring values that are alive when it leaves, by the lifetimes that the
 * function's edition in force declares: none that has expired, and all that have not. It follows the commits and, after a crash or a
 * restore, what is on disk. The wall clock may step back, so a value that had expired once may be removed for good.
 */
import { entityPart, storeKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { StoreReader } from "../../ports/store.ts";
import { lifetimesOf, memoryState, touchState } from "./interpreter.ts";
import type { DeployedFunction } from "../sim/sim-life.ts";
import { must } from "../sim/trace.ts";
import { addressOf } from "../sim/workload.ts";

/**
 * Until when a value lives: certainly until `fromMs`, certainly not beyond `toMs`. The two differ only while a new edition of the function
 * is being deployed.
 */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const over: Span = { fromMs: 0, toMs: 0 };

interface Alive {
  memory: Span;
  touch: Span;
  /** The request in flight carried the value, and its use prolongs the value's life. */
  touchSent: boolean;
  /** The oldest edition of the function whose lifetimes may count for the request in flight. */
  oldestEdition: number;
}

export class ExpirationOracle {
  private readonly entities = new Map<string, Alive>();
  private readonly entityCount: number;
  private readonly deployed: DeployedFunction;
  private latestMs = 0;
  private life = 0;
  private store: StoreReader | undefined;
  checks = 0;

  constructor(entities: number, deployed: DeployedFunction) {
    this.entityCount = entities;
    this.deployed = deployed;
  }

  sent(request: InvocationRequest, at: { nowMs: number; latestMs: number; life: number; store: StoreReader }): void {
    if (this.life !== at.life || this.store !== at.store) this.reload(at);
    const { nowMs } = at;
    this.latestMs = Math.max(at.latestMs, nowMs);
    const alive = this.of(formatAddress(request.target));
    this.checkOne(request, { name: memoryState.name, lives: alive.memory, nowMs });
    alive.touchSent = this.checkOne(request, { name: touchState.name, lives: alive.touch, nowMs });
    alive.oldestEdition = this.deployed.oldestHeard;
  }

  ended(record: JournalRecord): void {
    if (record.outcome.kind !== "completed") return;
    const alive = this.of(formatAddress(record.address));
    const wrote = (name: string): boolean => record.state.some((change) => change.name === name);
    const { memory, touch } = this.lifetimes(alive.oldestEdition, record.endedMs);
    if (wrote(memoryState.name)) alive.memory = memory;
    if (wrote(touchState.name) || alive.touchSent) alive.touch = touch;
  }

  private lifetimes(oldestEdition: number, nowMs: number): { readonly memory: Span; readonly touch: Span } {
    const editions = [];
    for (let edition = oldestEdition; edition <= this.deployed.edition; edition++) editions.push(lifetimesOf(edition));
    const span = (all: readonly number[]): Span => ({ fromMs: nowMs + Math.min(...all), toMs: nowMs + Math.max(...all) });
    return { memory: span(editions.map(({ memory }) => memory)), touch: span(editions.map(({ touch }) => touch)) };
  }

  /** The first request after a start or a restore: what was found on disk counts. */
  private reload(at: { life: number; store: StoreReader }): void {
    const { store } = at;
    this.life = at.life;
    this.store = store;
    this.entities.clear();
    for (let entity = 0; entity < this.entityCount; entity++) {
      const address = addressOf(entity);
      const livesOf = (name: string): Span => {
        const row = store.get(storeKey.state(entityPart(address.type, address.id), name));
        const untilMs = row === undefined ? 0 : decodeRecord.state(row).expiresMs;
        return { fromMs: untilMs, toMs: untilMs };
      };
      const alive = { memory: livesOf(memoryState.name), touch: livesOf(touchState.name) };
      this.entities.set(formatAddress(address), { ...alive, touchSent: false, oldestEdition: this.deployed.oldestHeard });
    }
  }

  /** Whether the request carries the value. */
  private checkOne(request: InvocationRequest, at: { name: string; lives: Span; nowMs: number }): boolean {
    const present = request.state.some((entry) => entry.name === at.name && entry.value !== undefined);
    const what = (): string =>
      `value ${at.name} of ${formatAddress(request.target)}, which lives until ${at.lives.fromMs === at.lives.toMs ? at.lives.toMs : `${at.lives.fromMs} to ${at.lives.toMs}`},`;
    must(!present || at.lives.toMs > at.nowMs, () => `${what()} was sent at ${at.nowMs}`);
    must(
      present || at.lives.fromMs <= this.latestMs || !request.state.some((entry) => entry.name === at.name),
      () => `${what()} was not sent at ${at.nowMs}`,
    );
    if (present) this.checks++;
    return present;
  }

  private of(name: string): Alive {
    const known = this.entities.get(name);
    if (known !== undefined) return known;
    const made: Alive = { memory: over, touch: over, touchSent: false, oldestEdition: this.deployed.oldestHeard };
    this.entities.set(name, made);
    return made;
  }
}
