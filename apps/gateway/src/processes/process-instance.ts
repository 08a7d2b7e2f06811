/**
 * ProcessInstance: one process of a co-located endpoint, started again whenever it ends, until it is told to drain. process-state.ts says
 * which state follows which; this file performs each state: start and watch, wait, drain, end.
 * Guarantee: there is at most one process at a time; what is left of its group when it ends is killed, and what left the group too where
 * marks can be read.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessState } from "../contract/functions/process.ts";
import type { IsolateTask } from "../isolation/isolate-task.ts";
import { neverUnheard } from "../listener/guarded-listener.ts";
import { endMarked, type Mark } from "./marked-processes.ts";
import { openConnections } from "./open-connections.ts";
import { accepts } from "./accepts.ts";
import { killGroup } from "./kill-group.ts";
import { processEnvironment, type ListenPlace } from "./process-environment.ts";
import type { ProcessGuard } from "./process-guard.ts";
import type { ProcessOutput } from "./process-output.ts";
import {
  ended,
  endedEarly,
  endText,
  noFolder,
  noProgram,
  notListening,
  notStarted,
  stuck,
  type ProcessProblem,
} from "./process-problem.ts";
import type { ProcessSpec } from "./process-spec.ts";
import { nextProcessState, type ProcessEvent } from "./process-state.ts";

const backoffBaseMs = 200;
const backoffMaxMs = 30_000;
/** The waits differ by up to this share, so that processes that failed together do not start together. */
const backoffJitterShare = 0.3;
/** After running for this long, a process that ends counts its failures anew. */
const steadyMs = 10_000;
const askEveryMs = 25;
const askDrainedEveryMs = 100;
/** The time between SIGTERM and SIGKILL. */
const endTimeoutMs = 5_000;

/** Whether the program at a place still answers anybody within that time; the engine's transport for processes asks the same. */
export type Answers = (asked: Pick<ProcessSpec, "protocol" | "path"> & { readonly at: ListenPlace }, withinMs: number) => Promise<boolean>;

export interface InstanceParts {
  readonly spec: ProcessSpec;
  readonly number: number;
  readonly place: ListenPlace;
  /** The folder of the gateway's sockets; all its processes are marked with it. */
  readonly folder: string;
  readonly output: ProcessOutput;
  readonly guard: ProcessGuard;
  readonly answers: Answers;
  readonly gatewayEnv: Readonly<Record<string, string | undefined>>;
  /** Called after each change of state. */
  readonly onChange: () => void;
}

export interface InstanceView {
  readonly number: number;
  readonly state: ProcessState;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly sinceMs: number;
  /** The time of the next start while it backs off. */
  readonly nextStartMs: number | undefined;
  /** The last thing that went wrong; undefined once it runs again. */
  readonly problem: (Omit<ProcessProblem, "code"> & { readonly code: string }) | undefined;
}

/** Counted over all instances, so that each start has a number of its own. */
let starts = 0;

export class ProcessInstance {
  readonly number: number;
  readonly #parts: InstanceParts;
  readonly #end = new AbortController();
  #state: ProcessState = "starting";
  #sinceMs = Date.now();
  #restarts = 0;
  #isSuspect = false;
  #failures = 0;
  #nextStartMs: number | undefined = undefined;
  #problem: ProcessProblem | undefined = undefined;
  #child: ChildProcess | undefined = undefined;
  /** Resolves when everything that left the group of the last process has ended. */
  #rest: Promise<void> = Promise.resolve();

  constructor(parts: InstanceParts) {
    this.number = parts.number;
    this.#parts = parts;
    this.#start();
  }

  get state(): ProcessState {
    return this.#state;
  }

  view(): InstanceView {
    return {
      number: this.number,
      state: this.#state,
      pid: this.#child?.pid,
      restarts: this.#restarts,
      sinceMs: this.#sinceMs,
      nextStartMs: this.#nextStartMs,
      problem: this.#problem,
    };
  }

  /** Ends the process once its connections are gone, at the latest after `drainMs`. Resolves when it has ended. */
  async drain(drainMs: number): Promise<void> {
    const child = this.#child;
    this.#happened("drain");
    this.#end.abort();
    if (this.#state === "stopped" || child === undefined) return;
    const { place } = this.#parts;
    const endsMs = performance.now() + drainMs;
    while (performance.now() < endsMs && this.#child === child) {
      if (place.kind === "socket" && (await openConnections(place.path)) === 0) break;
      await delay(Math.min(askDrainedEveryMs, Math.max(1, endsMs - performance.now())));
    }
    await this.#endProcess(child);
    await this.#rest;
  }

  /** One call that took too long may be the call's own fault; a process that answers nobody keeps all others from being answered. */
  suspect(): void {
    if (this.#isSuspect || this.#state !== "running") return;
    this.#isSuspect = true;
    this.#endIfStuck()
      .catch(() => undefined)
      .finally(() => {
        this.#isSuspect = false;
      });
  }

  async #endIfStuck(): Promise<void> {
    const { spec, place, answers } = this.#parts;
    const child = this.#child;
    if (child === undefined || (await answers({ ...spec, at: place }, spec.silentMsMax))) return;
    if (this.#child !== child || this.#state !== "running") return;
    this.#tell(stuck(spec));
    await this.#endProcess(child);
  }

  #happened(event: ProcessEvent, problem?: ProcessProblem): void {
    const before = this.#state;
    this.#state = nextProcessState(before, event);
    if (problem !== undefined) this.#tell(problem);
    if (this.#state === before) return;
    this.#sinceMs = Date.now();
    this.#nextStartMs = undefined;
    if (this.#state === "running") this.#problem = undefined;
    if (this.#state === "backing-off" || this.#state === "refused") this.#startLater();
    this.#parts.onChange();
  }

  #tell(problem: ProcessProblem): void {
    this.#problem = problem;
    const { output, number } = this.#parts;
    output.add({ instance: number, stream: "gateway", text: `${problem.code}: ${problem.message}. ${problem.cure}` });
  }

  #startLater(): void {
    const waitMs = Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(this.#failures, 20));
    this.#failures++;
    const jitteredMs = waitMs * (1 + (Math.random() * 2 - 1) * backoffJitterShare);
    this.#nextStartMs = Date.now() + jitteredMs;
    delay(jitteredMs, undefined, { signal: this.#end.signal, ref: false }).then(
      () => {
        this.#happened("due");
        if (this.#state !== "starting") return;
        this.#restarts++;
        this.#start();
      },
      // It drains, so nothing is started any more.
      () => undefined,
    );
  }

  #start(): void {
    const { spec, place, number, output, guard, gatewayEnv, folder } = this.#parts;
    const mark: Mark = { folder, start: ++starts };
    if (!isFolder(spec.cwd)) return this.#notStartable(noFolder(spec));
    // A socket that a killed process left there would keep the next one from listening.
    if (place.kind === "socket") rmSync(place.path, { force: true });
    const [program = "", ...parameters] = spec.command;
    let child: ChildProcess;
    try {
      child = spawn(program, parameters, {
        cwd: spec.cwd,
        // The cast is needed because some typings demand their own variables in every environment.
        env: (spec.isolate === undefined
          ? processEnvironment(spec, { place, instance: number, mark, gatewayEnv })
          : {}) as NodeJS.ProcessEnv,
        // The process leads a group of its own. Its input ends with the gateway, so that a program can watch for that.
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      });
    } catch (error) {
      return this.#notStartable(notStarted(spec, textOf(error)));
    }
    child.once("error", (error) => this.#notStartable(spawnProblem(spec, error)));
    const { pid } = child;
    if (pid === undefined) return;
    guard.add(pid);
    this.#child = child;
    for (const stream of [child, child.stdin, child.stdout, child.stderr]) if (stream !== null) neverUnheard(stream);
    if (child.stdout !== null) output.read(child.stdout, { instance: number, stream: "out" });
    if (child.stderr !== null) output.read(child.stderr, { instance: number, stream: "error" });
    if (spec.isolate !== undefined && place.kind === "socket") child.stdin?.write(taskLine(spec.isolate, place.path));
    child.once("exit", (code, signal) => this.#exited(child, { end: endText({ code, signal }), mark }));
    this.#watchStart(child).catch(() => undefined);
  }

  /** Reports the problem in a later turn, so that the caller of the constructor has the instance by then. */
  #notStartable(problem: ProcessProblem): void {
    setImmediate(() => this.#happened("not-startable", problem));
  }

  async #watchStart(child: ChildProcess): Promise<void> {
    const { spec, place } = this.#parts;
    const endsMs = performance.now() + spec.startTimeoutMs;
    while (this.#child === child && this.#state === "starting") {
      if (await accepts(place)) return this.#happened("listening");
      if (performance.now() > endsMs) {
        this.#tell(notListening(spec));
        return this.#endProcess(child);
      }
      await delay(askEveryMs);
    }
  }

  #exited(child: ChildProcess, { end, mark }: { end: string; mark: Mark }): void {
    const { guard, spec } = this.#parts;
    if (child.pid !== undefined) {
      killGroup(child.pid, "SIGKILL");
      guard.drop(child.pid);
    }
    // Ends what has left the group; isolated code cannot start anything.
    if (spec.isolate === undefined) this.#rest = endMarked(mark);
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#state === "running" && Date.now() - this.#sinceMs > steadyMs) this.#failures = 0;
    switch (this.#state) {
      case "running":
        return this.#happened("exited", this.#problem?.code === "PROCESS_STUCK" ? undefined : ended(spec, end));
      case "starting":
        // A process that was ended because it did not listen has been reported already.
        return this.#happened(
          "exited",
          child.signalCode !== null && this.#problem?.code === "PROCESS_NOT_LISTENING" ? undefined : endedEarly(spec, end),
        );
      case "draining":
      case "backing-off":
      case "refused":
      case "stopped":
        return this.#happened("exited");
    }
  }

  /** Sends SIGTERM, and SIGKILL when the process does not heed it. */
  async #endProcess(child: ChildProcess): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const { pid } = child;
    killGroup(pid, "SIGTERM");
    const timer = setTimeout(() => killGroup(pid, "SIGKILL"), endTimeoutMs);
    await exited;
    clearTimeout(timer);
  }
}

function taskLine(isolate: NonNullable<ProcessSpec["isolate"]>, socketPath: string): string {
  const task: IsolateTask = { ...isolate, purpose: { kind: "serve", socketPath } };
  return `${JSON.stringify(task)}\n`;
}

function spawnProblem(spec: ProcessSpec, error: NodeJS.ErrnoException): ProcessProblem {
  switch (error.code) {
    case "ENOENT":
      return noProgram(spec, "there is no such program");
    case "EACCES":
      return noProgram(spec, "this user may not run it");
    case "ENOEXEC":
      return noProgram(spec, "it is no program");
    default:
      return notStarted(spec, error.message);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
