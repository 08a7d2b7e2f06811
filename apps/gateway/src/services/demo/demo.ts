/**
 * Demos: the bundled examples. Their functions are real processes that the gateway starts and ends; their modules are applied like any
 * other. start() resolves once the functions answer and the module is in force; stop() removes both. A demo that ran when the gateway
 * stopped runs again when it starts: its module in the catalog says so. Neighbours: demos.ts, demo-program.ts.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "@signalbox/runtime";
import type { DemoName } from "../../contract/module/demo.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { IngressPort } from "../../flow/ingress-port.ts";
import type { ProcessSupervisor } from "../../processes/process-supervisor.ts";
import type { InvariantWatch } from "../../invariants/invariant-watch.ts";
import type { ModulesInForce } from "../modules/modules-in-force.ts";
import { inTurn } from "../in-turn.ts";
import { startDemoProgram, type DemoProgram } from "./demo-program.ts";
import type { Missing } from "./examples.ts";
import { demos, demosPresent, type DemoDefinition } from "./demos.ts";

export interface DemoStatus {
  readonly name: DemoName;
  readonly title: string;
  readonly about: string;
  readonly running: boolean;
  /** What is not as it should be while the demo runs. */
  readonly note?: string;
  /** The command that installs or builds it, while it starts. */
  readonly preparing?: string;
  /** What is missing, so that it cannot start here. */
  readonly missing?: Missing;
}

export interface Demos {
  list(): readonly DemoStatus[];
  /** The module is applied in the name of `principal`. */
  start(name: DemoName, principal: Principal): Promise<void>;
  stop(name: DemoName): Promise<void>;
  /** Starts the demos that ran when the gateway stopped. A failure is logged and does not stop the start of the gateway. */
  resume(principal: Principal): void;
  /** Called when the gateway ends: ends the processes and keeps the modules. */
  close(): Promise<void>;
}

export interface DemosOptions {
  readonly engine: Engine;
  readonly modules: ModulesInForce;
  readonly processes: Pick<ProcessSupervisor, "views">;
  readonly ingress: IngressPort;
  readonly invariants: Pick<InvariantWatch, "list" | "put" | "remove">;
  /** The environment that examples are started with; its PATH decides which of them can start here. */
  readonly env: Readonly<Record<string, string>>;
  readonly warn: (message: string) => void;
}

const processesUpMs = 15_000;
const processesLookMs = 50;
const recordsKept = 50;
const recordsReadMax = 1_000;
const recordsTakenEveryMs = 7_000;

export function createDemos(options: DemosOptions): Demos {
  const { modules, warn } = options;
  const running = new Map<DemoName, Running>();
  const starting = new Map<DemoName, Starting>();
  /** Starts and stops of one module run one after the other, however fast they are asked for; a long build delays no other demo. */
  const turns = turnsByModule();
  const begin = async (definition: DemoDefinition, principal: Principal): Promise<void> => {
    const { name, title } = definition;
    if (running.has(name)) return;
    const ended = (code: number | null): void => {
      warn(`the functions of the demo "${title}" ended by themselves (exit code ${code ?? "none"})`);
      running.get(name)?.letGo();
      running.delete(name);
    };
    const one: Starting = { abort: new AbortController(), preparing: undefined };
    starting.set(name, one);
    try {
      running.set(name, await run(options, { definition, principal, ended, starting: one }));
    } finally {
      starting.delete(name);
    }
    // The demo's module has replaced those of the others, so nobody calls them any more.
    for (const other of sharers(definition)) await end(other);
  };
  const end = async (name: DemoName): Promise<void> => {
    const demo = running.get(name);
    running.delete(name);
    demo?.letGo();
    await demo?.program.end();
  };
  const sharers = ({ name, module }: DemoDefinition): DemoName[] =>
    demos.flatMap((other) => (other.module === module && other.name !== name && running.has(other.name) ? [other.name] : []));

  return {
    list: () =>
      demosPresent().map((definition) => {
        const standing = { running: running.get(definition.name), starting: starting.get(definition.name) };
        return statusOf(definition, { ...standing, path: pathOf(options) });
      }),
    start: (name, principal) =>
      turns(definitionOf(name), async () => {
        await begin(definitionOf(name), principal);
        await watchIt(options, definitionOf(name), principal);
      }),
    async stop(name) {
      const definition = definitionOf(name);
      starting.get(name)?.abort.abort();
      await turns(definition, async () => {
        await end(name);
        const { module, invariant } = definition;
        for (const row of options.invariants.list()) if (row.name === invariant?.name) await options.invariants.remove(row.id);
        if (sharers(definition).length === 0 && modules.list().some((row) => row.name === module)) await modules.remove(module);
      });
    },
    resume(principal) {
      for (const definition of demosPresent()) {
        if (!modules.list().some((row) => row.name === definition.module)) continue;
        turns(definition, async () => {
          if (await isOf(definition, modules)) await begin(definition, principal);
        }).catch((error: unknown) =>
          warn(`the demo "${definition.title}" did not start again: ${error instanceof Error ? error.message : String(error)}`),
        );
      }
    },
    async close() {
      for (const { abort } of starting.values()) abort.abort();
      await Promise.all(demos.map((definition) => turns(definition, () => end(definition.name))));
    },
  };
}

interface Starting {
  readonly abort: AbortController;
  preparing: string | undefined;
}

interface Standing {
  readonly running: Running | undefined;
  readonly starting: Starting | undefined;
  readonly path: string;
}

function pathOf({ env }: Pick<DemosOptions, "env">): string {
  return env["PATH"] ?? "";
}

function statusOf(definition: DemoDefinition, { running, starting, path }: Standing): DemoStatus {
  const { name, title, about, missing } = definition;
  const note = running?.program.ready.note;
  const lacking = missing?.(path);
  return {
    name,
    title,
    about,
    running: running !== undefined,
    ...(note === undefined ? {} : { note }),
    ...(starting?.preparing === undefined ? {} : { preparing: starting.preparing }),
    ...(lacking === undefined ? {} : { missing: lacking }),
  };
}

function turnsByModule(): <T>(definition: DemoDefinition, work: () => Promise<T>) => Promise<T> {
  const turns = new Map(demos.map(({ module }) => [module, inTurn()]));
  return ({ module }, work) => (turns.get(module) ?? inTurn())(work);
}

/** Whether the stored module is of this demo. Where several demos share a module, its first line says which one it is of. */
async function isOf({ module, mark }: DemoDefinition, modules: DemosOptions["modules"]): Promise<boolean> {
  return mark === undefined || (await modules.get(module)).yaml.startsWith(`${mark}\n`);
}

/** Adds the demo's invariant once: a person who removes it while the demo runs does not get it back. The demo runs without it too. */
async function watchIt({ invariants, warn }: DemosOptions, { title, invariant }: DemoDefinition, principal: Principal): Promise<void> {
  if (invariant === undefined || invariants.list().some(({ name }) => name === invariant.name)) return;
  try {
    await invariants.put({ ...invariant, by: principal.name });
  } catch (error) {
    warn(`the invariant of the demo "${title}" is not watched: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Running {
  readonly program: DemoProgram;
  /** Stops taking the records of its egress. */
  letGo(): void;
}

interface RunOptions {
  readonly definition: DemoDefinition;
  readonly principal: Principal;
  readonly ended: (code: number | null) => void;
  readonly starting: Starting;
}

async function run(
  { engine, modules, processes, ingress, env, warn }: DemosOptions,
  { definition, principal, ended, starting }: RunOptions,
): Promise<Running> {
  const { module } = definition;
  mustBeAbleTo(definition, pathOf({ env }));
  const lastModule = modules.list().some((row) => row.name === module) ? (await modules.get(module)).yaml : undefined;
  const program = await startDemoProgram({
    definition,
    lastModule,
    ingress,
    env,
    preparing: (command) => (starting.preparing = command),
    signal: starting.abort.signal,
    ended,
  });
  try {
    // Applying the same text would only add a revision.
    if (program.ready.module !== lastModule) await modules.apply(module, { yaml: program.ready.module }, principal);
  } catch (error) {
    await program.end();
    throw error;
  }
  await processesUp(processes, module);
  program.go();
  if (program.ready.note !== undefined) warn(program.ready.note);
  const timer = setInterval(() => {
    for (const egress of program.ready.egresses) takeRecords(engine, egress).catch(() => undefined);
  }, recordsTakenEveryMs);
  timer.unref();
  return { program, letGo: () => clearInterval(timer) };
}

/**
 * Waits for the processes, because a message for one that is still starting would fail although nothing is wrong. A process that does not
 * start reports that itself.
 */
async function processesUp(processes: DemosOptions["processes"], module: string): Promise<void> {
  const starting = (): boolean =>
    processes.views().some((view) => view.module === module && !view.instances.some(({ state }) => state === "running"));
  for (let waitedMs = 0; starting() && waitedMs < processesUpMs; waitedMs += processesLookMs) await delay(processesLookMs);
}

/** Takes records away, so that the egress of a demo that runs for long stays small. */
async function takeRecords(engine: Engine, egress: string): Promise<void> {
  const records = await engine.egressRecords({ egress, limit: recordsReadMax });
  const through = records.at(-recordsKept - 1)?.sequence;
  if (through !== undefined) await engine.egressAcknowledge(egress, through);
}

function mustBeAbleTo({ title, missing }: DemoDefinition, path: string): void {
  const lacking = missing?.(path);
  if (lacking === undefined) return;
  throw new GatewayError("DEMO_FAILED", {
    detail: `"${title}" needs ${lacking.name}: the gateway finds no ${lacking.programs.join(" and no ")} on its PATH.`,
    where: "demo",
    cure: `Install it (${lacking.install}), then start the demo again.`,
  });
}

function definitionOf(name: DemoName): DemoDefinition {
  const definition = demosPresent().find((one) => one.name === name);
  if (definition !== undefined) return definition;
  throw new GatewayError("DEMO_FAILED", {
    detail: `The files of "${demos.find((one) => one.name === name)?.title ?? name}" are not part of this installation.`,
    where: "demo",
    cure: "Start the gateway from a checkout, or start another demo.",
  });
}
