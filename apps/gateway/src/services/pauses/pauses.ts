/**
 * Pauses: the types and endpoints that people paused, kept in the catalog, so that it outlives a restart, and given to the engine as limits of nothing beside those of modules. One
 * with an end is looked at once a second and removed when its time is over, by the wall clock, for people say "until two".
 * Neighbours: entity-pauses.ts (single entities), pauses-service.ts (asks), open-modules.ts (puts them over what modules bind). Guarantee: what is confirmed is kept and in force; pausesMax at most.
 */
import type { Bindings, EndpointSpec, LimitSpec } from "@signalbox/runtime";
import type { PauseCatalog, PauseRecord } from "../../catalog/catalog.ts";
import { EndWatch } from "./end-watch.ts";
import { isOfEntity } from "./entity-pauses.ts";

export const pausesMax = 100;

export interface PausesOptions {
  readonly catalog: PauseCatalog;
  /** The engine takes the limits of now. */
  readonly rebind: () => Promise<void>;
  /** The time of one was over. */
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

  /** Before modules come into force: nothing of what is paused may begin. One whose time was over meanwhile is in force until the first look. */
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

  /** What modules bind, with what is paused of it. */
  over(bindings: Bindings): Bindings {
    const paused = [...this.#inForce.values()].map((pause) => limitOf(pause, bindings.endpoints));
    return { ...bindings, limits: [...(bindings.limits ?? []), ...paused] };
  }

  /** In place of the pause that there was. */
  put(pause: PauseRecord): Promise<void> {
    return this.#inTurn(() => this.#change(pause.what, pause));
  }

  /** False: it was not paused. */
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

  /** What the engine does not take is as it was. */
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

/** An exact endpoint comes before one of the namespace: what it serves goes on. */
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
