/**
 * ProcessSupervisor: the co-located endpoints of all modules in force. It starts a generation of instances for each, and another one beside
 * it when the endpoint's text changes. Once that one serves, the owner puts its URLs in force (`onTakeover`, `bind`), and only then
 * (`inForce`) do the old instances drain. Neighbours: modules-in-force.ts owns it; the engine's transport-process.ts calls the URLs.
 * Guarantee: it never rejects for what a process does; what is wrong is in `views()`, and nothing else stops for it.
 */
import { isDeepStrictEqual } from "node:util";
import type { EndpointSpec } from "@signalbox/runtime";
import type { OutputLineView } from "../contract/functions/process.ts";
import { ProcessGeneration } from "./process-generation.ts";
import { openProcessHome, type ProcessHome } from "./process-home.ts";
import type { Answers, InstanceView } from "./process-instance.ts";
import { ProcessOutput } from "./process-output.ts";
import type { ProcessSpec } from "./process-spec.ts";

export interface ProcessEndpointView {
  readonly endpoint: string;
  readonly module: string;
  readonly command: readonly string[];
  readonly protocol: "http" | "grpc" | "embedded" | "isolated";
  /** The instances of the generation that is called, and of the one that will take over. */
  readonly instances: readonly (InstanceView & {
    readonly generation: number;
    readonly serves: boolean;
    readonly memoryBytes?: number | undefined;
  })[];
}

export interface SupervisorOptions {
  readonly gatewayEnv: Readonly<Record<string, string | undefined>>;
  readonly answers: Answers;
  readonly warn: (message: string) => void;
  /** Where the next run finds what this one might leave behind; absent when it is not written down. */
  readonly homeNote?: string;
  /** Called when the result of `bind` has changed. */
  readonly onTakeover: () => void;
}

interface Supervised {
  readonly output: ProcessOutput;
  /** The generations, oldest first. The last one has the text that is wanted. */
  generations: ProcessGeneration[];
  /** The generation that was given to bind last. */
  bound: ProcessGeneration | undefined;
}

export class ProcessSupervisor {
  readonly #options: SupervisorOptions;
  readonly #endpoints = new Map<string, Supervised>();
  readonly #ending = new Set<Promise<void>>();
  #home: Promise<ProcessHome | undefined> | undefined;
  #generations = 0;
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Starts the processes that are new or changed. Those that are no longer wanted run until `inForce`. */
  async want(specs: readonly ProcessSpec[]): Promise<void> {
    for (const spec of specs) {
      const known = this.#endpoints.get(spec.endpoint);
      if (isDeepStrictEqual(known?.generations.at(-1)?.spec, spec)) continue;
      const home = await (this.#home ??= this.#open());
      if (home === undefined) {
        this.#home = undefined;
        return;
      }
      const supervised = known ?? { output: new ProcessOutput(), generations: [], bound: undefined };
      this.#endpoints.set(spec.endpoint, supervised);
      const generation = await ProcessGeneration.start({
        spec,
        number: ++this.#generations,
        folder: home.folder,
        guard: home.guard,
        output: supervised.output,
        gatewayEnv: this.#options.gatewayEnv,
        answers: this.#options.answers,
        onChange: () => this.#changed(supervised),
      });
      // A generation that never took over has no calls to finish.
      const overtaken = supervised.generations.filter((one) => one !== supervised.bound);
      supervised.generations = [...supervised.generations.filter((one) => one === supervised.bound), generation];
      for (const one of overtaken) this.#end(one, 0);
    }
  }

  /** Returns the endpoints with the instances that are to be called now. */
  bind(endpoints: readonly EndpointSpec[]): EndpointSpec[] {
    return endpoints.map((spec) => {
      const supervised = spec.placement?.kind === "process" ? this.#endpoints.get(spec.id) : undefined;
      if (supervised === undefined) return spec;
      const serving = supervised.generations.findLast((generation) => generation.serves);
      supervised.bound = serving;
      return { ...spec, placement: { kind: "process", urlTemplates: serving?.urlTemplates ?? [] } };
    });
  }

  /** Called when the engine calls what `bind` gave: then older instances drain, and those of endpoints that no module has any more. */
  inForce(specs: readonly ProcessSpec[]): void {
    const wanted = new Set(specs.map(({ endpoint }) => endpoint));
    for (const [endpoint, supervised] of this.#endpoints) {
      const isWanted = wanted.has(endpoint);
      const place = supervised.bound === undefined ? 0 : supervised.generations.indexOf(supervised.bound);
      const leaving = isWanted ? supervised.generations.slice(0, place) : supervised.generations;
      supervised.generations = isWanted ? supervised.generations.slice(place) : [];
      if (!isWanted) this.#endpoints.delete(endpoint);
      for (const generation of leaving) this.#end(generation, generation.spec.drainMs);
    }
  }

  views(): ProcessEndpointView[] {
    return [...this.#endpoints].flatMap(([endpoint, { generations, bound }]) => {
      const newest = generations.at(-1);
      if (newest === undefined) return [];
      const { module, shownCommand: command, isolate } = newest.spec;
      const protocol = isolate === undefined ? newest.spec.protocol : ("isolated" as const);
      const instances = generations.flatMap((generation) =>
        generation.views().map((view) => ({ ...view, generation: generation.number, serves: generation === bound })),
      );
      return [{ endpoint, module, command, protocol, instances }];
    });
  }

  /** Counts the instances that run, and those that do not though they should. */
  counts(): { readonly running: number; readonly notRunning: number } {
    const states = this.views().flatMap(({ instances }) => instances.map(({ state }) => state));
    const running = states.filter((state) => state === "running").length;
    return { running, notRunning: states.filter((state) => state !== "running" && state !== "draining" && state !== "stopped").length };
  }

  /** Returns the output of the processes of an endpoint, oldest line first; empty when there is no such endpoint. */
  output(endpoint: string, after: number): readonly OutputLineView[] {
    return this.#endpoints.get(endpoint)?.output.after(after) ?? [];
  }

  /** A call to the instance at this URL has run out of its time: one that answers nobody any more is ended and started again. */
  suspect(urlTemplate: string): void {
    for (const { generations } of this.#endpoints.values()) for (const generation of generations) generation.suspect(urlTemplate);
  }

  /** Ends every process. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { generations } of this.#endpoints.values()) for (const generation of generations) this.#end(generation, 0);
    this.#endpoints.clear();
    await Promise.all(this.#ending);
    await (await this.#home)?.close();
    this.#home = undefined;
  }

  #changed(supervised: Supervised): void {
    if (this.#closed) return;
    const serving = supervised.generations.findLast((generation) => generation.serves);
    if (serving !== undefined && serving !== supervised.bound) this.#options.onTakeover();
  }

  #end(generation: ProcessGeneration, drainMs: number): void {
    const ending: Promise<void> = generation.drain(drainMs).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #open(): Promise<ProcessHome | undefined> {
    const home = await openProcessHome(this.#options.homeNote);
    if (typeof home !== "string") return home;
    this.#options.warn(`co-located functions cannot be started: what would end them with the gateway cannot: ${home}`);
    return undefined;
  }
}
