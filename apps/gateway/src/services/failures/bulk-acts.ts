/**
 * BulkActs: acts on all entities that one cause holds up or that match a filter, at a bounded rate, in the background. They are counted
 * before, progress is shown, and a person or the end of the gateway cancels it. The person is named in the audit (with the start) and in
 * the row. Neighbour: act-outcomes.ts keeps the outcome of each. Guarantee: at most actsRunningMax run and actsKeptMax are remembered. Each
 * entity is acted on once, and none later than rightsAskedEveryMs after the person lost the right. An act that removes something checks
 * each entity again first, and leaves one alone that has gone on since it was found. An error ends only this act, and its row says so.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { EngineError, type Address, type Engine, type EntityView } from "@signalbox/runtime";
import type { BulkActDetail, BulkActRow } from "../../contract/entities/bulk-act.ts";
import { failureCause } from "../../flow/failure-cause.ts";
import { ActOutcomes, nameOf, type Target } from "./act-outcomes.ts";

const actsRunningMax = 4;
const actsKeptMax = 20;
const entitiesPerRoundMax = 2_000;
const roundsMax = 500;
const inFlightMax = 16;
/** How long retried entities may take before the act reports which of them failed again. */
const settleMsMax = 30_000;
const lookMs = 250;
const rightsAskedEveryMs = 2_000;

/** Resolves with why the person no longer has the right, or with undefined when they have it. Rejects while that is not known. */
type WhyNoMore = () => Promise<string | undefined>;

export interface BulkActRequest {
  readonly fingerprint: string;
  readonly name: string;
  readonly title: string;
  readonly where: string;
  readonly prefix: string;
  readonly action: "retry" | "discard";
  readonly ratePerSecond: number | null;
  readonly by: string;
  readonly whyNoMore: WhyNoMore;
}

/** An act on what matches a filter. The entities are found on the way, each once, and the caller says how to act on one. */
export interface MatchingActRequest extends Pick<BulkActRow, "name" | "title" | "where" | "filter" | "action" | "ratePerSecond" | "by"> {
  readonly targets: () => AsyncIterable<readonly Address[]>;
  readonly perform: (address: Address) => Promise<unknown>;
  /** Whether the entity still matches. */
  readonly isStill: (address: Address) => Promise<boolean>;
  readonly whyNoMore: WhyNoMore;
}

/** What a dry run found. */
type Reach = NonNullable<BulkActRow["reach"]>;

type Row = { -readonly [Key in keyof BulkActRow]: BulkActRow[Key] };

/** The entities that were acted on, by name; undefined for one whose act was refused, so that no outcome is expected. */
type Done = ReadonlyMap<string, Address | undefined>;

interface Running {
  readonly row: Row;
  readonly outcomes: ActOutcomes;
  readonly end: AbortController;
  /** The entities of an act, in pieces. */
  readonly targets: (seen: Done) => AsyncIterable<readonly Target[]>;
  readonly perform: (address: Address) => Promise<unknown>;
  /** Whether the entity is still as it was when it was found. */
  readonly isStill: (target: Target) => Promise<boolean>;
  readonly whyNoMore: WhyNoMore;
  askedMs: number;
  /** The question that is under way, which concurrent acts share. */
  asking: Promise<void> | undefined;
}

export type Troubled = Pick<Engine, "troubledEntities" | "functionTypes" | "act" | "entity">;

export class BulkActs {
  readonly #engine: Troubled;
  readonly #acts = new Map<string, Running>();
  readonly #tasks = new Set<Promise<void>>();

  constructor(engine: Troubled) {
    this.#engine = engine;
  }

  /** Starts an act on all that a cause holds up. Undefined when the maximum runs already. */
  start(request: BulkActRequest, reach: Reach): BulkActRow | undefined {
    const { fingerprint, name, title, where, prefix, action, by, ratePerSecond, whyNoMore } = request;
    const kind = action === "discard" ? "discard-head" : "retry";
    return this.#begin({
      row: newRow({ fingerprint, name, title, where, prefix, filter: "", action, by, ratePerSecond, entities: reach.entities, reach }),
      ...begun(),
      targets: (seen) => heldUpRounds(this.#engine, request, seen),
      perform: (address) => this.#engine.act({ kind: "one", address }, { kind }),
      isStill: (target) => isHeldUpStill(this.#engine, request, target),
      whyNoMore,
    });
  }

  /** Starts an act on all that match a filter. Undefined when the maximum runs already. */
  startMatching({ targets, perform, isStill, whyNoMore, ...about }: MatchingActRequest): BulkActRow | undefined {
    return this.#begin({
      row: newRow({ ...about, fingerprint: "", prefix: "", entities: 0, reach: null }),
      ...begun(),
      targets: () => untraced(targets()),
      perform,
      isStill: ({ address }) => isStill(address),
      whyNoMore,
    });
  }

  #begin(act: Running): BulkActRow | undefined {
    const running = [...this.#acts.values()].filter(({ row }) => row.state === "running");
    if (running.length >= actsRunningMax) return undefined;
    this.#acts.set(act.row.id, act);
    const [oldest] = [...this.#acts.values()].filter(({ row: { state } }) => state !== "running");
    if (this.#acts.size > actsKeptMax && oldest !== undefined) this.#acts.delete(oldest.row.id);
    const task: Promise<void> = this.#run(act).finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
    return { ...act.row };
  }

  /** Newest first. */
  list(): BulkActRow[] {
    return [...this.#acts.values()].map(({ row }) => ({ ...row })).toReversed();
  }

  /** Undefined when it is not remembered. */
  find(id: string): BulkActDetail | undefined {
    const act = this.#acts.get(id);
    return act === undefined ? undefined : { ...act.row, ...act.outcomes.view() };
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

  async #run(act: Running): Promise<void> {
    const { row } = act;
    const { signal } = act.end;
    // A filter finds each entity once, so only the last ones need to be remembered.
    const done = new Map<string, Address | undefined>();
    try {
      for await (const found of act.targets(done)) {
        if (signal.aborted) break;
        row.entities = Math.max(row.entities, row.acted + row.refused + found.length);
        await this.#actOn(found, act, done);
        if (row.fingerprint === "") keepLast(done, entitiesPerRoundMax);
        if (signal.aborted) break;
      }
      if (row.action === "retry" && !signal.aborted) await this.#settle(act, done);
    } catch (error) {
      // For example the engine stops or restores. What was done stays, and the row says how far the act came.
      row.stopped ??= error instanceof Error ? error.message : String(error);
      act.end.abort();
    } finally {
      row.state = signal.aborted ? "cancelled" : "done";
      row.endedMs = Date.now();
    }
  }

  async #actOn(targets: readonly Target[], act: Running, done: Map<string, Address | undefined>): Promise<void> {
    const {
      row,
      outcomes,
      perform,
      isStill,
      end: { signal },
    } = act;
    const queue = [...targets];
    const { ratePerSecond } = row;
    const next = async (): Promise<void> => {
      for (let target = queue.shift(); target !== undefined && !signal.aborted; target = queue.shift()) {
        const { address } = target;
        if (Date.now() - act.askedMs >= rightsAskedEveryMs) await (act.asking ??= this.#askRights(act));
        if (signal.aborted) return;
        done.set(nameOf(address), address);
        const didIt = await attempted(async () => {
          if (removes[row.action] && !(await isStill(target))) return false;
          await perform(address);
          return true;
        });
        if (didIt) row.acted += 1;
        else row.refused += 1;
        outcomes.note(target, didIt ? "acted" : "refused");
        if (!didIt) done.set(nameOf(address), undefined);
        if (ratePerSecond !== null) await delay(1_000 / ratePerSecond, undefined, { signal }).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: ratePerSecond === null ? inFlightMax : 1 }, next));
  }

  /** While the catalog does not answer, the act goes on. */
  async #askRights(act: Running): Promise<void> {
    const why = await act.whyNoMore().catch(() => undefined);
    act.askedMs = Date.now();
    act.asking = undefined;
    if (why === undefined) return;
    act.row.stopped = why;
    act.end.abort();
  }

  /** Waits until each retried entity was answered, and counts those that failed again. */
  async #settle({ row, outcomes, end: { signal } }: Running, done: Done): Promise<void> {
    const untilMs = Date.now() + settleMsMax;
    const open = new Map([...done].flatMap(([name, address]) => (address === undefined ? [] : [[name, address] as const])));
    while (open.size > 0 && Date.now() < untilMs && !signal.aborted) {
      for (const [name, address] of open) {
        const entity = await this.#engine.entity(address);
        if (entity?.status === "in-flight" || entity?.status === "ready" || entity?.status === "loading") continue;
        open.delete(name);
        if (entity?.failure === undefined || (entity.status !== "parked" && entity.status !== "backing-off")) continue;
        row.failedAgain += 1;
        outcomes.failedAgain(address);
      }
      if (open.size > 0) await delay(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** These actions remove something for good, so each entity is checked again before. */
const removes: Readonly<Record<BulkActRow["action"], boolean>> = {
  discard: true,
  "clear-state": true,
  retry: false,
  pause: false,
  resume: false,
};

/** Returns false when the engine refused it. */
async function attempted(act: () => Promise<boolean>): Promise<boolean> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

function begun(): Pick<Running, "outcomes" | "end" | "askedMs" | "asking"> {
  return { outcomes: new ActOutcomes(), end: new AbortController(), askedMs: Date.now(), asking: undefined };
}

type Begun = "id" | "startedMs" | "endedMs" | "state" | "stopped" | "acted" | "failedAgain" | "refused";

function newRow(about: Omit<BulkActRow, Begun>): Row {
  const counts = { acted: 0, failedAgain: 0, refused: 0 };
  return { id: randomUUID(), ...about, startedMs: Date.now(), endedMs: null, state: "running", stopped: null, ...counts };
}

function keepLast(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}

/** Searches again until a round finds no entity that is new. */
async function* heldUpRounds(engine: Troubled, request: BulkActRequest, seen: Done): AsyncGenerator<readonly Target[], void> {
  for (let round = 0; round < roundsMax; round += 1) {
    const open = (await heldUp(engine, request)).filter(({ address }) => !seen.has(nameOf(address)));
    if (open.length === 0) return;
    yield open.map(({ address, mailbox: [first] }) => ({ address, trace: first?.trace, first: first?.sequence }));
  }
}

async function* untraced(found: AsyncIterable<readonly Address[]>): AsyncGenerator<readonly Target[], void> {
  for await (const addresses of found) yield addresses.map((address) => ({ address, trace: undefined }));
}

/** Entities that are parked or back off for a cause, as many as one round finds. */
export async function heldUp(
  engine: Pick<Troubled, "troubledEntities" | "functionTypes">,
  { fingerprint, prefix }: Pick<BulkActRequest, "fingerprint" | "prefix">,
): Promise<EntityView[]> {
  const isOfCause = ofCause(engine, fingerprint);
  const troubled = await engine.troubledEntities({ limit: entitiesPerRoundMax });
  return troubled.filter((entity) => entity.address.id.startsWith(prefix) && isOfCause(entity));
}

function ofCause(engine: Pick<Troubled, "functionTypes">, fingerprint: string): (entity: EntityView) => boolean {
  const endpoints = new Map(engine.functionTypes().map((type) => [type.type, type.endpoint]));
  return ({ address, status, failure }) => {
    if (failure === undefined || (status !== "parked" && status !== "backing-off")) return false;
    return failureCause(failure, { address, endpoint: endpoints.get(address.type) ?? "" }).fingerprint === fingerprint;
  };
}

/** Whether the same cause still holds it up at the same message. */
async function isHeldUpStill(
  engine: Pick<Troubled, "functionTypes" | "entity">,
  { fingerprint }: Pick<BulkActRequest, "fingerprint">,
  { address, first }: Target,
): Promise<boolean> {
  const entity = await engine.entity(address);
  return entity !== undefined && entity.mailbox[0]?.sequence === first && ofCause(engine, fingerprint)(entity);
}

/** What an act on them would reach. */
export function reachOf(entities: readonly EntityView[]): Reach {
  return {
    entities: entities.length,
    parked: entities.filter(({ status }) => status === "parked").length,
    messagesBehind: entities.reduce((sum, { mailboxDepth }) => sum + Math.max(0, mailboxDepth - 1), 0),
    complete: entities.length < entitiesPerRoundMax,
  };
}
