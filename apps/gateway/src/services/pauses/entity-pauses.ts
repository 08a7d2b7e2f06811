/**
 * EntityPauses: the ends of pauses of single entities. The engine's store has that an entity is paused; the catalog has when it is resumed
 * by itself. Once a second entities whose time is over are resumed, also after a restart. Neighbours: entities-service.ts (sets one),
 * pauses.ts (types and endpoints), open-modules.ts (gives services the engine over which the ends are told). Guarantee: an end belongs to
 * the pause that it was set with: resuming the entity by any door, or pausing it again without an end, removes the end; so does an erasure,
 * or a restore to a state in which it was not paused. There are at most entityPausesMax.
 */
import {
  EngineError,
  type Address,
  type Engine,
  type EntityAction,
  type EntitySelection,
  type EntityView,
  type Page,
} from "@signalbox/runtime";
import type { PauseCatalog, PauseRecord } from "../../catalog/catalog.ts";
import type { PauseRow } from "../../contract/functions/pauses.ts";
import { GatewayError } from "../../contract/problem.ts";
import { EndWatch } from "./end-watch.ts";

export const entityPausesMax = 100;
const mark = "entity:";
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
  #ends = new Map<string, PauseRecord & { readonly untilMs: number }>();
  #turn: Promise<unknown> = Promise.resolve();
  /** False until the stored ends were compared with the engine's state, which a kill or a restore may have changed. */
  #isChecked = false;

  constructor(options: EntityPausesOptions) {
    this.#options = options;
    this.engine = this.#over(options.engine);
    this.#watch = new EndWatch(() => this.#inTurn(() => this.#look()), options.warn);
  }

  async load(): Promise<void> {
    for (const record of await this.#options.catalog.list())
      if (isOfEntity(record) && record.untilMs !== undefined) this.#ends.set(record.what, { ...record, untilMs: record.untilMs });
    this.#watch.set(this.#ends.size > 0);
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
      restoreSavepoint: (...restore) => this.#thenChecked(() => engine.restoreSavepoint(...restore)),
    };
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

  /** Removes the ends of entities that are not paused. */
  async #check(): Promise<void> {
    for (const what of [...this.#ends.keys()]) {
      const view = await this.#options.engine.entity(addressOf(what));
      if (view === undefined || !mayBePaused.has(view.status)) await this.#keep(what, undefined);
    }
    this.#isChecked = true;
  }

  async #look(): Promise<void> {
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

  async #keep(what: string, record: (PauseRecord & { readonly untilMs: number }) | undefined): Promise<void> {
    if (record === undefined) {
      await this.#options.catalog.remove(what);
      this.#ends.delete(what);
    } else {
      await this.#options.catalog.put(record);
      this.#ends.set(what, record);
    }
    this.#watch.set(this.#ends.size > 0);
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

/** Whether a row is of an entity; the same table has those of types and endpoints. */
export function isOfEntity({ what }: Pick<PauseRecord, "what">): boolean {
  return what.startsWith(mark);
}

function whatOf({ type, id }: Address): string {
  return `${mark}${type}/${id}`;
}

/** The address in the text. A type has exactly one slash, an id any number of them. */
function addressOf(what: string): Address {
  const text = what.slice(mark.length);
  const end = text.indexOf("/", text.indexOf("/") + 1);
  return { type: text.slice(0, end), id: text.slice(end + 1) };
}
