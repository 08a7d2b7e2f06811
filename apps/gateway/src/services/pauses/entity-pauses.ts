/**
 * EntityPauses: the ends of pauses of single entities. The engine's store has that an entity is paused; the catalog has when it is resumed
 * by itself. Once a second entities whose time is over are resumed, also after a restart. Neighbours: entities-service.ts (sets one),
 * pauses.ts (types and endpoints), open-modules.ts (gives services the engine over which the ends are told), restored-ends.ts (a restore).
 * Guarantee: an end belongs to the pause that it was set with: resuming the entity by any door, or pausing it again without an end, removes
 * the end; so does an erasure. Ends are in savepoints, and after a restore the ends are those of the savepoint. There are at most
 * entityPausesMax.
 */
import {
  EngineError,
  pauseEndsMax,
  type Address,
  type Engine,
  type EntityAction,
  type EntitySelection,
  type EntityView,
  type Page,
  type PauseEnd,
  type RestoreOptions,
} from "@signalbox/runtime";
import type { PauseCatalog } from "../../catalog/catalog.ts";
import type { PauseRow } from "../../contract/functions/pauses.ts";
import { GatewayError } from "../../contract/problem.ts";
import { EndWatch } from "./end-watch.ts";
import { addressOf, mark, whatOf } from "./pause-names.ts";
import { RestoredEnds, type EndRecord } from "./restored-ends.ts";

export const entityPausesMax = pauseEndsMax;
/** An entity is paused only once its invocation has ended, so these statuses count as paused too. */
const mayBePaused: ReadonlySet<string> = new Set(["paused", "in-flight", "loading"]);
const goneCodes: ReadonlySet<string> = new Set(["ENTITY_NOT_PARKED", "UNKNOWN_ENTITY", "CAPABILITY_MISSING"]);

/** The verbs that show entities whole. A new one does not compile until it tells the ends too. */
type ShowsEntities = {
  [V in keyof Engine]: Engine[V] extends (...given: never[]) => Promise<EntityView | undefined | readonly EntityView[] | Page<EntityView>>
    ? V
    : never;
}[keyof Engine];

export interface EntityPausesOptions {
  readonly catalog: PauseCatalog;
  readonly engine: Engine;
  /** Called when the time of a pause was over. */
  readonly ended: (address: Address) => Promise<void>;
  readonly warn: (message: string) => void;
  readonly nowMs?: () => number;
}

export class EntityPauses {
  /** The engine with the ends added to what it shows; acts through it also remove ends. */
  readonly engine: Engine;
  readonly #options: EntityPausesOptions;
  readonly #watch: EndWatch;
  readonly #restored: RestoredEnds;
  #ends = new Map<string, EndRecord>();
  #isRestoring = false;
  #turn: Promise<unknown> = Promise.resolve();
  /** False until the stored ends were compared with the engine's state, which a kill or a restore may have changed. */
  #isChecked = false;

  constructor(options: EntityPausesOptions) {
    this.#options = options;
    this.engine = this.#over(options.engine);
    this.#restored = new RestoredEnds(options.catalog, options.engine);
    this.#watch = new EndWatch(() => this.#inTurn(() => this.#look()), options.warn);
  }

  async load(): Promise<void> {
    const records = await this.#options.catalog.list();
    this.#ends = new Map(
      records.flatMap((record) => {
        const { what, untilMs } = record;
        return what.startsWith(mark.entity) && untilMs !== undefined ? [[what, { ...record, untilMs }]] : [];
      }),
    );
    this.#restored.load(records);
    this.#isChecked = false;
    this.#setWatch();
  }

  /** Oldest first. */
  list(): PauseRow[] {
    return [...this.#ends.values()]
      .toSorted((one, other) => one.sinceMs - other.sinceMs || (one.what < other.what ? -1 : 1))
      .map(({ what, by, sinceMs, untilMs }) => {
        const { type, id } = addressOf(what);
        return { id: what, kind: "entity", functions: type, entity: id, by, sinceMs, untilMs, inFlight: null, waitingMessages: null };
      });
  }

  /** Pauses now, and replaces the end. When the engine refuses, everything stays as it was. */
  pause(address: Address, { by, untilMs }: { by: string; untilMs: number }): Promise<{ readonly changed: number }> {
    return this.#inTurn(async () => {
      const what = whatOf(address);
      const before = this.#ends.get(what);
      if (before === undefined && this.#ends.size >= entityPausesMax)
        throw new GatewayError("TOO_MANY_PAUSES", {
          detail: `${entityPausesMax} entities are paused with an end already.`,
          where: "seconds",
          cure: "Pause it without an end, or pause its function type.",
        });
      await this.#keep(what, { what, by, sinceMs: before?.sinceMs ?? this.#nowMs(), untilMs });
      try {
        return await this.#options.engine.act({ kind: "one", address }, { kind: "pause" });
      } catch (error) {
        await this.#keep(what, before);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#turn.catch(() => undefined);
  }

  #over(engine: Engine): Engine {
    const told = (view: EntityView): EntityView => {
      const { waitReason } = view;
      const end = waitReason?.kind === "paused" ? this.#ends.get(whatOf(view.address)) : undefined;
      return end === undefined || waitReason?.kind !== "paused" ? view : { ...view, waitReason: { ...waitReason, untilMs: end.untilMs } };
    };
    const shown: Pick<Engine, ShowsEntities> = {
      async entity(address) {
        const view = await engine.entity(address);
        return view && told(view);
      },
      async entityViews(query) {
        const { items, cursor } = await engine.entityViews(query);
        return { items: items.map(told), cursor };
      },
      troubledEntities: async (query) => (await engine.troubledEntities(query)).map(told),
      heldEntities: async (query) => (await engine.heldEntities(query)).map(told),
    };
    return {
      ...engine,
      ...shown,
      act: (selection, action) => this.#act(selection, action),
      erase: (request) => this.#thenChecked(() => engine.erase(request)),
      restoreSavepoint: (path, options) => this.#restore(path, options),
      takeSavepoint: (path, options) => {
        // A pause that ends between the savepoint's moment and the question existed at that moment.
        const before = this.#pauseEnds();
        return engine.takeSavepoint(path, { ...options, pauseEnds: () => [...before, ...this.#pauseEnds()] });
      },
    };
  }

  #pauseEnds(): PauseEnd[] {
    return [...this.#ends.values()].map(({ what, by, sinceMs, untilMs }) => ({ address: addressOf(what), by, sinceMs, untilMs }));
  }

  /** Nothing is resumed until the restored ends are in force, because the present ends belong to pauses that are about to be replaced. */
  async #restore(path: string, options: RestoreOptions | undefined): Promise<{ readonly epoch: number }> {
    this.#isRestoring = true;
    try {
      return await this.#options.engine.restoreSavepoint(path, {
        ...options,
        pauseEnds: (restored) => this.#inTurn(() => this.#restored.keep(restored)),
      });
    } finally {
      this.#isRestoring = false;
      // What cannot be checked now is at the next look; the restore is in force, or failed, whatever comes of this.
      await this.#inTurn(() => this.#check()).catch((error: unknown) => this.#options.warn(`pauses: ${String(error)}`));
    }
  }

  async #act(selection: EntitySelection, action: EntityAction): Promise<{ readonly changed: number }> {
    const act = () => this.#options.engine.act(selection, action);
    if (action.kind !== "pause" && action.kind !== "resume") return act();
    if (selection.kind === "by-status") return action.kind === "resume" ? this.#thenChecked(act) : act();
    const what = whatOf(selection.address);
    if (!this.#ends.has(what)) return act();
    return this.#inTurn(async () => {
      const acted = await act().catch(async (error: unknown) => {
        if (isGone(error)) await this.#keep(what, undefined);
        throw error;
      });
      await this.#keep(what, undefined);
      return acted;
    });
  }

  async #thenChecked<T>(work: () => Promise<T>): Promise<T> {
    const done = await work();
    if (this.#ends.size > 0) await this.#inTurn(() => this.#check());
    return done;
  }

  /** Takes over the ends of a restore, and removes those of entities that are not paused. */
  async #check(): Promise<void> {
    this.#isChecked = false;
    this.#setWatch();
    this.#ends = (await this.#restored.settle(this.#ends)) ?? this.#ends;
    for (const what of [...this.#ends.keys()]) {
      const view = await this.#options.engine.entity(addressOf(what));
      if (view === undefined || !mayBePaused.has(view.status)) await this.#keep(what, undefined);
    }
    this.#isChecked = true;
    this.#setWatch();
  }

  async #look(): Promise<void> {
    if (this.#isRestoring) return;
    if (!this.#isChecked) await this.#check();
    for (const { what, untilMs } of [...this.#ends.values()]) {
      if (untilMs > this.#nowMs()) continue;
      const address = addressOf(what);
      const isResumed = await this.#resume(address);
      await this.#keep(what, undefined);
      if (isResumed) await this.#options.ended(address);
    }
  }

  /** Returns false when it was no longer paused. */
  async #resume(address: Address): Promise<boolean> {
    try {
      await this.#options.engine.act({ kind: "one", address }, { kind: "resume" });
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async #keep(what: string, record: EndRecord | undefined): Promise<void> {
    if (record === undefined) {
      await this.#options.catalog.remove(what);
      this.#ends.delete(what);
    } else {
      await this.#options.catalog.put(record);
      this.#ends.set(what, record);
    }
    this.#setWatch();
  }

  #setWatch(): void {
    this.#watch.set(this.#ends.size > 0 || this.#restored.areKept);
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? Date.now();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Whether the error means that the entity is not paused, or that this runtime cannot pause. */
function isGone(error: unknown): boolean {
  return error instanceof EngineError && goneCodes.has(error.code);
}
