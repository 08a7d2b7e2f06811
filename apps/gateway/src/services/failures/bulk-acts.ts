/**
 * BulkActs: an act on all entities that one cause holds up, at a rate, in the background: counted before, with progress, cancelled by a person or the
 * end of the gateway. Who did it stands in the audit with its start, and in the row.
 * Guarantee: at most actsRunningMax run and actsKeptMax are remembered; an entity is acted on once.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { EngineError, type Address, type Engine, type EntityView } from "@signalbox/runtime";
import type { BulkActRow } from "../../contract/failure-causes.ts";
import { failureCause } from "../../flow/failure-cause.ts";

const actsRunningMax = 4;
const actsKeptMax = 20;
const entitiesPerRoundMax = 2_000;
const roundsMax = 500;
const inFlightMax = 16;
/** So long those that were retried may take before it is said which of them failed again. */
const settleMsMax = 30_000;
const lookMs = 250;

export interface BulkActRequest {
  readonly fingerprint: string;
  readonly title: string;
  readonly where: string;
  readonly prefix: string;
  readonly action: "retry" | "discard";
  readonly ratePerSecond: number | null;
  readonly by: string;
}

type Row = { -readonly [Key in keyof BulkActRow]: BulkActRow[Key] };

interface Running {
  readonly row: Row;
  readonly request: BulkActRequest;
  readonly end: AbortController;
}

export type Troubled = Pick<Engine, "troubledEntities" | "functionTypes" | "act" | "entity">;

export class BulkActs {
  readonly #engine: Troubled;
  readonly #acts = new Map<string, Running>();
  readonly #tasks = new Set<Promise<void>>();

  constructor(engine: Troubled) {
    this.#engine = engine;
  }

  /** Undefined: so many run already. */
  start(request: BulkActRequest, entities: number): BulkActRow | undefined {
    const running = [...this.#acts.values()].filter(({ row }) => row.state === "running");
    if (running.length >= actsRunningMax) return undefined;
    const { fingerprint, title, where, action, by, ratePerSecond } = request;
    const row: Row = {
      id: randomUUID(),
      fingerprint,
      title,
      where,
      action,
      by,
      startedMs: Date.now(),
      endedMs: null,
      state: "running",
      entities,
      acted: 0,
      failedAgain: 0,
      refused: 0,
      ratePerSecond,
    };
    const act = { row, request, end: new AbortController() };
    this.#acts.set(row.id, act);
    const [oldest] = [...this.#acts.values()].filter(({ row: { state } }) => state !== "running");
    if (this.#acts.size > actsKeptMax && oldest !== undefined) this.#acts.delete(oldest.row.id);
    const task: Promise<void> = this.#run(act).finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
    return { ...row };
  }

  /** Newest first. */
  list(): BulkActRow[] {
    return [...this.#acts.values()].map(({ row }) => ({ ...row })).toReversed();
  }

  cancel(id: string): boolean {
    const act = this.#acts.get(id);
    act?.end.abort();
    return act !== undefined;
  }

  async close(): Promise<void> {
    for (const { end } of this.#acts.values()) end.abort();
    await Promise.all(this.#tasks);
  }

  async #run({ row, request, end: { signal } }: Running): Promise<void> {
    const done = new Map<string, Address>();
    try {
      for (let round = 0; round < roundsMax && !signal.aborted; round += 1) {
        const found = await heldUp(this.#engine, request);
        const open = found.filter(({ address }) => !done.has(nameOf(address)));
        if (open.length === 0) break;
        row.entities = Math.max(row.entities, done.size + open.length);
        await this.#actOn(open, { row, request, done, signal });
      }
      if (request.action === "retry" && !signal.aborted) await this.#settle(row, { done, signal });
    } catch (error) {
      // The engine is stopping: what was done stays, and the row says how far it came.
      if (!(error instanceof EngineError)) throw error;
    } finally {
      row.state = signal.aborted ? "cancelled" : "done";
      row.endedMs = Date.now();
    }
  }

  async #actOn(
    entities: readonly EntityView[],
    { row, request, done, signal }: { row: Row; request: BulkActRequest; done: Map<string, Address>; signal: AbortSignal },
  ): Promise<void> {
    const queue = [...entities];
    const next = async (): Promise<void> => {
      for (let entity = queue.shift(); entity !== undefined && !signal.aborted; entity = queue.shift()) {
        const { address } = entity;
        done.set(nameOf(address), address);
        try {
          await this.#engine.act({ kind: "one", address }, { kind: request.action === "discard" ? "discard-head" : "retry" });
          row.acted += 1;
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          row.refused += 1;
        }
        if (request.ratePerSecond !== null) await delay(1_000 / request.ratePerSecond, undefined, { signal }).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: request.ratePerSecond === null ? inFlightMax : 1 }, next));
  }

  /** Until each has been answered, how many failed again. */
  async #settle(row: Row, { done, signal }: { done: ReadonlyMap<string, Address>; signal: AbortSignal }): Promise<void> {
    const untilMs = Date.now() + settleMsMax;
    const open = new Map(done);
    while (open.size > 0 && Date.now() < untilMs && !signal.aborted) {
      for (const [name, address] of open) {
        const entity = await this.#engine.entity(address);
        if (entity?.status === "in-flight" || entity?.status === "ready" || entity?.status === "loading") continue;
        open.delete(name);
        if (entity?.failure !== undefined && (entity.status === "parked" || entity.status === "backing-off")) row.failedAgain += 1;
      }
      if (open.size > 0) await delay(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Entities that are parked or back off for a cause, as many as one look finds. */
export async function heldUp(
  engine: Pick<Troubled, "troubledEntities" | "functionTypes">,
  { fingerprint, prefix }: Pick<BulkActRequest, "fingerprint" | "prefix">,
): Promise<EntityView[]> {
  const endpoints = new Map(engine.functionTypes().map((type) => [type.type, type.endpoint]));
  const troubled = await engine.troubledEntities({ limit: entitiesPerRoundMax });
  return troubled.filter(({ address, status, failure }) => {
    if (failure === undefined || (status !== "parked" && status !== "backing-off") || !address.id.startsWith(prefix)) return false;
    return failureCause(failure, { address, endpoint: endpoints.get(address.type) ?? "" }).fingerprint === fingerprint;
  });
}

export const heldUpMax = entitiesPerRoundMax;

function nameOf({ type, id }: Address): string {
  return `${type}/${id}`;
}
