/**
 * Pauses: the types and endpoints that people paused. They are kept in the catalog, so that they survive a restart, and given to the engine
 * as limits of 0 beside those of modules. One with an end is removed when its time is over by the wall clock, because people say "until
 * two"; it is checked once a second. Neighbours: entity-pauses.ts (single entities), pauses-service.ts (asks), open-modules.ts (puts them
 * over what modules bind). Guarantee: a confirmed pause is kept and in force; there are at most pausesMax.
 */
import type { Bindings, EndpointSpec, LimitSpec } from "@signalbox/runtime";
import type { PauseCatalog, PauseRecord } from "../../catalog/catalog.ts";
import { EndWatch } from "./end-watch.ts";
import { isOfEntity } from "./pause-names.ts";

export const pausesMax = 100;

export interface PausesOptions {
  readonly catalog: PauseCatalog;
  /** Gives the engine the current limits. */
  readonly rebind: () => Promise<void>;
  /** Called when the time of a pause was over. */
  readonly ended: (pause: PauseRecord) => Promise<void>;
  readonly warn: (message: string) => void;
  readonly nowMs?: () => number;
}

export class Pauses {
  readonly #options: PausesOptions;
  #inForce = new Map<string, PauseRecord>();
  #turn: Promise<unknown> = Promise.resolve();
  readonly #watch: EndWatch;

  constructor(options: PausesOptions) {
    this.#options = options;
    this.#watch = new EndWatch(() => this.#inTurn(() => this.#look()), options.warn);
  }

  /**
   * Call it before modules come into force, so that nothing paused may begin. A pause whose time ended while the gateway was down is in
   * force until the first check.
   */
  async load(): Promise<void> {
    this.#inForce = new Map((await this.#options.catalog.list()).filter((pause) => !isOfEntity(pause)).map((pause) => [pause.what, pause]));
    this.#watchEnds();
  }

  get count(): number {
    return this.#inForce.size;
  }

  find(what: string): PauseRecord | undefined {
    return this.#inForce.get(what);
  }

  /** Adds the pauses to what modules bind. */
  over(bindings: Bindings): Bindings {
    const paused = [...this.#inForce.values()].map((pause) => limitOf(pause, bindings.endpoints));
    return { ...bindings, limits: [...(bindings.limits ?? []), ...paused] };
  }

  /** Adds a pause; it replaces an earlier one of the same name. */
  put(pause: PauseRecord): Promise<void> {
    return this.#inTurn(() => this.#change(pause.what, pause));
  }

  /** Returns false when it was not paused. */
  remove(what: string): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.#inForce.has(what)) return false;
      await this.#change(what, undefined);
      return true;
    });
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#turn.catch(() => undefined);
  }

  /** When the engine refuses, everything stays as it was. */
  async #change(what: string, pause: PauseRecord | undefined): Promise<void> {
    const before = this.#inForce.get(what);
    await this.#keep(what, pause);
    try {
      await this.#options.rebind();
    } catch (error) {
      await this.#keep(what, before);
      throw error;
    }
  }

  async #keep(what: string, pause: PauseRecord | undefined): Promise<void> {
    if (pause === undefined) {
      await this.#options.catalog.remove(what);
      this.#inForce.delete(what);
    } else {
      await this.#options.catalog.put(pause);
      this.#inForce.set(what, pause);
    }
    this.#watchEnds();
  }

  #watchEnds(): void {
    this.#watch.set([...this.#inForce.values()].some(({ untilMs }) => untilMs !== undefined));
  }

  async #look(): Promise<void> {
    const nowMs = this.#options.nowMs?.() ?? Date.now();
    for (const pause of [...this.#inForce.values()]) {
      if (pause.untilMs === undefined || pause.untilMs > nowMs) continue;
      await this.#change(pause.what, undefined);
      await this.#options.ended(pause);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** A pause of a namespace's endpoint does not cover types that have an endpoint of their own. */
function limitOf({ what, by, sinceMs, untilMs }: PauseRecord, endpoints: readonly Pick<EndpointSpec, "namespace" | "name">[]): LimitSpec {
  const functions = what.slice(what.indexOf(":") + 1);
  const slash = functions.indexOf("/");
  const [namespace, name] = [functions.slice(0, slash), functions.slice(slash + 1)];
  const exact = endpoints.filter((endpoint) => endpoint.namespace === namespace && endpoint.name !== "*").map((endpoint) => endpoint.name);
  return {
    id: `pause:${what}`,
    module: "",
    cover: { kind: "functions", namespace, name, ...(name === "*" && { except: exact.toSorted() }) },
    key: { kind: "all" },
    messagesPerSecond: undefined,
    burstMessages: 1,
    inFlightMax: 0,
    waitingMessagesMax: undefined,
    pause: { what, by, sinceMs, untilMs },
  };
}
