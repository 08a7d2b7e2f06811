/**
 * Differences: what differs between two savepoints, or between a savepoint and the current data. Threads of their own read the files and
 * compare; the gateway's thread gives pages of the current data, one at a time. Neighbours: comparing-thread.ts, now-pages.ts;
 * services/comparisons/comparisons-service.ts shows the result to people.
 * Guarantee: at most runningMax run and waitingMax wait, each bounded in time, entities and bytes; a thread that is late is ended.
 */
import { CapabilityMissing, type Runtime } from "@signalbox/runtime";
import { GatewayError } from "../contract/problem.ts";
import { ComparingThread } from "./comparing-thread.ts";
import type { DifferenceAnswers, DifferenceBudget, DifferenceJob, DifferenceScope, DifferenceTask, SideSource } from "./difference-job.ts";
import { answerNow, type NowEngine } from "./now-pages.ts";
import { isSeen } from "./seen-type.ts";

export interface DifferencesOptions {
  readonly engine: NowEngine;
  readonly runtime: Pick<Runtime, "name" | "capabilities">;
  readonly budget?: DifferenceBudget;
}

type WithoutSight<T> = T extends { scope: DifferenceScope }
  ? Omit<T, "scope"> & { readonly scope: Omit<DifferenceScope, "namespaces"> }
  : T;

export interface AskedDifference {
  readonly from: SideSource;
  readonly to: SideSource;
  readonly task: WithoutSight<DifferenceTask>;
  /** The namespaces that the answer may show; absent when it may show all. */
  readonly namespaces?: readonly string[];
}

const runningMax = 3;
const waitingMax = 24;
/** Counting the entities of a savepoint's file may not take longer, because the record of the savepoint waits for it. */
const countMsMax = 30_000;
const idleMs = 30_000;
const defaultBudget: DifferenceBudget = { msMax: 2_500, entitiesMax: 2_000_000, bytesMax: 512 * 1024 * 1024 };

export class Differences {
  readonly #options: DifferencesOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: ComparingThread[] = [];
  #running = 0;
  readonly #closing = new AbortController();
  #idleEnd: NodeJS.Timeout | undefined;

  constructor(options: DifferencesOptions) {
    this.#options = options;
  }

  /** Rejects with DIFFERENCES_BUSY, CAPABILITY_MISSING or SAVEPOINT_UNREADABLE. */
  async run<Task extends AskedDifference["task"]>(
    asked: AskedDifference & { readonly task: Task },
    signal: AbortSignal,
  ): Promise<DifferenceAnswers[Task["kind"]]> {
    const until = AbortSignal.any([signal, this.#closing.signal]);
    if ([asked.from, asked.to].some(({ kind }) => kind === "now")) this.#refuseOtherThanNow();
    await this.#turn();
    try {
      until.throwIfAborted();
      // The thread answers each kind of task with the answer of that kind.
      return (await this.#inThread(asked, until)) as DifferenceAnswers[Task["kind"]];
    } finally {
      // The place is handed to the next in line. If it were given back first, somebody else could take it before the next one wakes.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** Counts the entities of a savepoint's file by type. */
  async countTypes(path: string): Promise<{ type: string; entities: number }[]> {
    const file = { kind: "file", path } as const;
    return [...(await this.run({ from: file, to: file, task: { kind: "types" } }, AbortSignal.timeout(countMsMax)))];
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the gateway stops"));
    clearTimeout(this.#idleEnd);
    await this.#endIdle();
  }

  /** A runtime that knows only what it saw at the last call has no current data to compare with. */
  #refuseOtherThanNow(): void {
    const { runtime } = this.#options;
    for (const needed of ["entities", "current-state"] as const)
      if (!runtime.capabilities[needed].able) throw new CapabilityMissing(runtime, needed);
  }

  async #turn(): Promise<void> {
    if (this.#running >= runningMax) {
      if (this.#waiting.length >= waitingMax) throw busy();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      return promise;
    }
    this.#running++;
  }

  async #inThread(asked: AskedDifference, signal: AbortSignal): Promise<DifferenceAnswers[DifferenceTask["kind"]]> {
    const { budget = defaultBudget, engine } = this.#options;
    const { from, to, namespaces } = asked;
    const job: DifferenceJob = { from, to, task: taskOf(asked), budget };
    const thread = this.#idle.pop() ?? new ComparingThread();
    try {
      return await thread.run(job, { signal, answerNow: (question) => answerNow(engine, question, namespaces) });
    } finally {
      if (this.#closing.signal.aborted) await thread.end();
      else if (!thread.isEnded) this.#rest(thread);
    }
  }

  /** Keeps the thread for a while, for a person who turns the page. */
  #rest(thread: ComparingThread): void {
    this.#idle.push(thread);
    clearTimeout(this.#idleEnd);
    this.#idleEnd = setTimeout(() => void this.#endIdle(), idleMs);
    this.#idleEnd.unref();
  }

  async #endIdle(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.end()));
  }
}

function taskOf({ task, namespaces }: AskedDifference): DifferenceTask {
  if (task.kind === "types") return task;
  if (task.kind !== "entity") return { ...task, scope: { ...task.scope, namespaces } };
  if (isSeen(task.type, namespaces)) return task;
  throw new Error("an entity was asked for through a sight that does not show it");
}

function busy(): GatewayError {
  return new GatewayError("DIFFERENCES_BUSY", {
    detail: `${runningMax} comparisons run and ${waitingMax} wait.`,
    where: "savepoints",
    cure: "Ask again in a few seconds.",
    retryAfterMs: 2_000,
  });
}
