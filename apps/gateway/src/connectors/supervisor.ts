/**
 * Supervisor: all connectors that modules declare: opens new ones, then closes removed ones, and reports what each is doing. A failing
 * connector stops no other one. Neighbours: supervised.ts is the life of one; services/modules applies the modules.
 */
import { fingerprintOf } from "../shape/secret.ts";
import type { Engine } from "@signalbox/runtime";
import type { Clock, Random } from "@signalbox/runtime";
import { carriedConnector } from "./carried-connector.ts";
import type { Connector, ConnectorHost, PartProgress, ScheduleControl, SeekStep, SeekTarget } from "./connector.ts";
import type { CheckAnswer } from "./connector-check.ts";
import type { ConnectorTraffic } from "./connector-traffic.ts";
import type { ConnectorFailure } from "./connector-failure.ts";
import type { ConnectorProblem, ConnectorState } from "./connector-state.ts";
import type { DeclaredConnector } from "./declared-connector.ts";
import { markStopped } from "./marks.ts";
import { incarnationOf } from "./incarnation.ts";
import { noteLog, sentences, type NoteKind } from "./note-log.ts";
import { Supervised } from "./supervised.ts";

export interface SupervisorOptions {
  readonly engine: Pick<
    Engine,
    "accept" | "acceptBatch" | "producerPosition" | "egressRecords" | "egressAcknowledge" | "onChange" | "eras"
  >;
  readonly kinds: readonly Connector[];
  readonly host: ConnectorHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly warn: (message: string) => void;
}

export interface ConnectorView {
  readonly direction: "ingress" | "egress";
  readonly id: string;
  readonly kind: string;
  /** The kind's name for people. */
  readonly word: string;
  readonly module: string;
  readonly state: ConnectorState;
  /** What people should know although it works. */
  readonly note: ConnectorProblem | undefined;
  /** Counted events since this declaration; the names are the kind's own. */
  readonly counts: Readonly<Record<string, number>>;
  readonly canCheck: boolean;
}

/** What is shown of one connector on request. */
export interface ConnectorDetails extends Pick<ConnectorTraffic, "records" | "invalidRecords" | "samples"> {
  readonly perSecond: number;
  readonly parts: readonly PartProgress[];
  readonly canSeek: boolean;
}

/** A module cannot be applied, because a connector that must open with it does not. */
export class ConnectorRefused extends Error {
  readonly declared: DeclaredConnector;
  readonly cure: string;

  constructor(declared: DeclaredConnector, { message, cure }: ConnectorFailure) {
    super(message);
    this.name = "ConnectorRefused";
    this.declared = declared;
    this.cure = cure;
  }
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #kinds: ReadonlyMap<string, Connector>;
  readonly #open = new Map<string, Supervised>();
  readonly #endWatch: () => void;
  /** The incarnation of the state in force, which is asked for once. */
  #incarnation: Promise<string> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((connector) => [connector.kind, connector]));
    this.#endWatch = options.engine.onChange((change) => {
      if (change.kind === "restored") this.#incarnation = undefined;
      for (const one of this.#open.values()) {
        if (change.kind === "restored") one.reopen();
        else if (one.declared.direction === "egress" && one.declared.id === change.egress) one.wake();
      }
    });
  }

  /**
   * Opens connectors that must open with their module and closes removed ones. When it rejects with ConnectorRefused, everything is as
   * before. begin() opens all other new ones, once the bindings are in force.
   */
  async prepare(declared: readonly DeclaredConnector[]): Promise<void> {
    const wanted = new Map(declared.map((one) => [keyOf(one), one]));
    const fresh = [...wanted].filter(([key, { kind }]) => !this.#open.has(key) && this.#kinds.get(kind)?.opensWithModule === true);
    const gone = [...this.#open].filter(([key]) => !wanted.has(key));
    const taken = new Set(fresh.flatMap(([, { claims }]) => claims.map(({ key }) => key)));
    // A connector whose claim (a port) passes to a new one is closed first, and opened again if not all of the new ones open.
    const letGo = gone.filter(
      ([
        ,
        {
          declared: { claims },
        },
      ]) => claims.some(({ key }) => taken.has(key)),
    );
    for (const [key] of letGo) await this.#close(key);
    const opened: string[] = [];
    for (const [key, one] of fresh) {
      const failure = await this.#start(key, one, "the caller hears");
      opened.push(key);
      if (failure === undefined) continue;
      for (const mine of opened) await this.#close(mine);
      for (const [old, before] of letGo) await this.#start(old, before.declared);
      throw new ConnectorRefused(one, failure);
    }
    for (const [key] of gone) await this.#close(key);
  }

  /**
   * Starts all of these that are not open yet; their states say how it goes. Resolves once those that open with their module have opened or
   * failed.
   */
  async begin(declared: readonly DeclaredConnector[]): Promise<void> {
    const fresh = declared.filter((one) => !this.#open.has(keyOf(one)));
    const started = fresh.map((one) => ({ one, first: this.#start(keyOf(one), one) }));
    const awaited = started.filter(({ one }) => this.#kinds.get(one.kind)?.opensWithModule === true);
    await Promise.all(awaited.map(({ first }) => first));
  }

  views(): ConnectorView[] {
    return [...this.#open.values()]
      .map(({ declared: { direction, id, kind, module }, state, note, counts, canCheck }) => ({
        direction,
        id,
        kind,
        word: this.#kinds.get(kind)?.word ?? kind,
        module,
        state,
        note,
        counts,
        canCheck,
      }))
      .sort((a, b) => a.id.localeCompare(b.id) || a.direction.localeCompare(b.direction));
  }

  /** How to pause and run the ingress of this id; undefined unless it is open and runs by the clock. */
  schedule(id: string): ScheduleControl | undefined {
    return [...this.#open.values()].find(({ declared }) => declared.direction === "ingress" && declared.id === id)?.schedule;
  }

  /** Tries again at once, because a person has mended the cause or does not want to wait. Returns false when there is no such connector. */
  retry(direction: "ingress" | "egress", id: string): boolean {
    const found = this.#find(direction, id);
    found?.reopen();
    return found !== undefined;
  }

  /** Stops or starts it; a stopped one stays stopped over restarts. Returns false when there is no such connector. */
  async stop(direction: "ingress" | "egress", id: string, stopped: boolean): Promise<boolean> {
    const found = this.#find(direction, id);
    if (found === undefined || found.declared.carried !== undefined) return false;
    await markStopped(this.#options.engine, { direction, id }, stopped);
    found.reopen();
    return true;
  }

  /** Undefined when there is no such ingress, or it cannot be moved. */
  async seek(id: string, to: SeekTarget, plan?: "only what it would do"): Promise<readonly SeekStep[] | undefined> {
    const found = this.#find("ingress", id);
    if (found?.canSeek !== true) return undefined;
    return plan === undefined ? found.seek(to) : found.seekPlan(to);
  }

  /** Undefined when there is no such connector, or its kind has nothing to ask. */
  async check(direction: "ingress" | "egress", id: string): Promise<readonly CheckAnswer[] | undefined> {
    const found = this.#find(direction, id);
    return found?.canCheck === true ? found.check() : undefined;
  }

  details(direction: "ingress" | "egress", id: string): ConnectorDetails | undefined {
    const found = this.#find(direction, id);
    if (found === undefined) return undefined;
    const { records, invalidRecords, samples } = found.traffic;
    const perSecond = found.traffic.perSecond(this.#options.clock.nowMs());
    return { records, perSecond, invalidRecords, samples, parts: found.progress(), canSeek: found.canSeek };
  }

  #find(direction: "ingress" | "egress", id: string): Supervised | undefined {
    return [...this.#open.values()].find(({ declared }) => declared.direction === direction && declared.id === id);
  }

  async close(): Promise<void> {
    this.#endWatch();
    // Ingresses are closed first, so that nothing comes in any more while records still go out.
    const keys = [...this.#open].sort(([, a], [, b]) => (a.declared.direction < b.declared.direction ? 1 : -1)).map(([key]) => key);
    for (const key of keys) await this.#close(key);
  }

  async #start(key: string, declared: DeclaredConnector, first?: "the caller hears"): Promise<ConnectorFailure | undefined> {
    const { engine, host, clock, random } = this.#options;
    const kind = this.#kinds.get(declared.kind);
    const connector = kind !== undefined && declared.carried !== undefined ? carriedConnector(kind) : kind;
    if (connector === undefined) throw new Error(`no connector is of the kind ${declared.kind}`);
    let callerHears = first !== undefined;
    const changed = (one: DeclaredConnector, state: ConnectorState): void => {
      if (!callerHears) this.#tell(one, state);
    };
    const told = noteLog({ nowMs: () => clock.steadyMs(), warn: this.#options.warn });
    const noted = (how: NoteKind, problem: ConnectorProblem): void => told(`the ${declared.direction} ${declared.id} ${how}`, problem);
    const parts = { engine, host, clock, random, changed, noted, incarnation: () => this.#incarnationNow() };
    const supervised = new Supervised(declared, connector, parts);
    this.#open.set(key, supervised);
    const failure = await supervised.start();
    callerHears = false;
    return failure;
  }

  #incarnationNow(): Promise<string> {
    const asked = (this.#incarnation ??= incarnationOf(this.#options.engine));
    void asked.catch(() => {
      if (this.#incarnation === asked) this.#incarnation = undefined;
    });
    return asked;
  }

  async #close(key: string): Promise<void> {
    const one = this.#open.get(key);
    this.#open.delete(key);
    await one?.close();
  }

  /** Logs changes of state, except normal ones. What the kind itself reports goes through `noted`, because it repeats with each attempt. */
  #tell({ direction, id }: DeclaredConnector, state: ConnectorState): void {
    if (state.kind !== "waiting" && state.kind !== "refused") return;
    this.#options.warn(`the ${direction} ${id} does not work: ${sentences(state)}`);
  }
}

/** The identity of a connector: a changed spec makes another one. */
function keyOf({ direction, kind, id, spec }: DeclaredConnector): string {
  return `${direction} ${kind} ${id} ${fingerprintOf(spec)}`;
}
