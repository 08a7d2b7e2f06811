/** Machine: what the numbers were measured on: processors, kernel, disk, versions and the commit. */
import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../tools/stale-step.ts";
import { percentiles } from "./load/load.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly commit: string;
  /** Whether files differ from the commit. */
  readonly changed: boolean;
  readonly disk: string;
  readonly fdatasyncP50Ms: number;
  /** The load of the last minute before the run; above zero somebody else was using the cores. */
  readonly loadAverage: number;
  readonly atDay: string;
}

export function describeMachine(folder: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown CPU",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    kernel: `${process.platform} ${release()}`,
    node: process.versions.node,
    commit: git("rev-parse", "--short", "HEAD"),
    changed: git("status", "--porcelain", "--untracked-files=no") !== "",
    disk: fileSystemOf(folder),
    fdatasyncP50Ms: fdatasyncMs(folder),
    loadAverage: loadavg()[0] ?? 0,
    atDay: new Date().toISOString().slice(0, 10),
  };
}

export function machineText(machine: Machine): string {
  const { cpu, cores, memoryGigabytes, kernel, node, commit, changed, disk, fdatasyncP50Ms, loadAverage, atDay } = machine;
  return (
    `${atDay}: ${cores} × ${cpu}, ${memoryGigabytes} GB, ${kernel}, ${disk} with an fdatasync of ${fdatasyncP50Ms.toFixed(2)} ms, ` +
    `Node ${node}, commit ${commit}${changed ? " with changes" : ""}; load average before the run ${loadAverage.toFixed(2)}`
  );
}

function git(...parameters: string[]): string {
  try {
    return execFileSync("git", parameters, { cwd: repositoryRoot, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

/**
 * Returns the type of the file system of the longest mount point that holds the folder. A tmpfs syncs nothing, so its numbers would
 * flatter.
 */
function fileSystemOf(folder: string): string {
  try {
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    const found = mounts
      .map((line) => line.split(" "))
      .filter(([, point]) => point !== undefined && (point === "/" || folder === point || folder.startsWith(`${point}/`)))
      .sort((a, b) => (b[1]?.length ?? 0) - (a[1]?.length ?? 0))[0];
    return found?.[2] ?? "unknown file system";
  } catch {
    return "unknown file system";
  }
}

function fdatasyncMs(folder: string): number {
  const place = mkdtempSync(join(folder, "signalbox-bench-sync-"));
  const file = openSync(join(place, "file"), "w");
  const block = Buffer.alloc(4096, 1);
  const took: number[] = [];
  try {
    for (let count = 0; count < 200; count++) {
      writeSync(file, block);
      const startedMs = performance.now();
      fdatasyncSync(file);
      took.push(performance.now() - startedMs);
    }
  } finally {
    closeSync(file);
    rmSync(place, { recursive: true, force: true });
  }
  return percentiles(took).p50Ms ?? 0;
}
