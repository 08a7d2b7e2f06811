/**
 * SimWorker: runs a range of seeds, in this process or in several. As the program of a child process it takes its range as JSON and sends
 * one report for each world. Neighbour: sim.ts asks and prints.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { runWorld, type FaultName, type Mutations } from "@signalbox/engine/testing";
import type { WorldSums } from "./sim-sums.ts";

export interface SeedRange {
  readonly first: number;
  readonly worlds: number;
  readonly mutations: Mutations;
}

export type WorldReport =
  | ({ readonly kind: "passed"; readonly seed: string; readonly traceHash: string } & WorldSums)
  | { readonly kind: "failed"; readonly seed: string; readonly message: string };

/** Runs every `stride`-th seed. */
export async function runRange(range: SeedRange & { readonly stride: number }, take: (report: WorldReport) => void): Promise<void> {
  for (let index = 0; index < range.worlds; index += range.stride) {
    const seed = String(range.first + index);
    try {
      const { traceHash, stats, faults, marks } = await runWorld(seed, range.mutations);
      take({ kind: "passed", seed, traceHash, stats, faults: [...faults], marks: [...marks] });
    } catch (error) {
      take({ kind: "failed", seed, message: error instanceof Error ? error.message : String(error) });
    }
  }
}

/** The task of a child as JSON, which has no sets. */
interface Task {
  readonly first: number;
  readonly worlds: number;
  readonly stride: number;
  readonly faultsOff: readonly FaultName[];
  readonly messagesMax: number | null;
  readonly partitions: number | null;
}

/** Rejects when a process ends before its worlds do. */
export async function runInProcesses(
  range: SeedRange,
  options: { readonly processes: number; readonly take: (report: WorldReport) => void },
): Promise<void> {
  const children: ChildProcess[] = [];
  const { messagesMax, partitions, faultsOff } = range.mutations;
  try {
    for (let index = 0; index < options.processes; index++) {
      const task: Task = {
        first: range.first + index,
        worlds: range.worlds - index,
        stride: options.processes,
        faultsOff: [...(faultsOff ?? [])],
        messagesMax: messagesMax ?? null,
        partitions: partitions ?? null,
      };
      const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)], { stdio: "inherit" });
      child.on("message", (report) => options.take(report as WorldReport));
      children.push(child);
    }
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0] as unknown));
    for (const code of codes) if (code !== 0) throw new Error(`a process that ran worlds ended with ${String(code)}`);
  } finally {
    for (const child of children) child.kill();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send !== undefined) {
  const { first, worlds, stride, faultsOff, messagesMax, partitions } = JSON.parse(process.argv[2] ?? "") as Task;
  const mutations: Mutations = {
    faultsOff: new Set(faultsOff),
    ...(messagesMax === null ? {} : { messagesMax }),
    ...(partitions === null ? {} : { partitions }),
  };
  // The parent is gone, so nobody would get the other reports.
  const orphaned = (): void => process.exit(1);
  process.once("disconnect", orphaned);
  await runRange({ first, worlds, mutations, stride }, (report) => process.send?.(report));
  process.off("disconnect", orphaned);
  process.disconnect();
}
