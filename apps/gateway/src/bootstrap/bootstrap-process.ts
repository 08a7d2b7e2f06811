/**
 * runInProcess: runs a bootstrap in a process of its own, with a limit on its memory and its time. Neighbours: bootstrap-child.ts is the
 * other side, services/bootstrap asks.
 * Guarantee: whatever SQL and files do to that process, the gateway gets one answer: the report, or a coded refusal.
 */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gatewayProblems, GatewayError, type GatewayProblemCode } from "../contract/problem.ts";
import { neverUnheard } from "../listener/guarded-listener.ts";
import type { BootstrapJob, BootstrapReport, BootstrapSaid } from "./bootstrap-job.ts";

export interface ProcessOptions {
  readonly onProgress: (rows: number) => void;
  readonly signal: AbortSignal;
}

const child = fileURLToPath(new URL("./bootstrap-child.ts", import.meta.url));
const heapMegabytesMax = 512;

export async function runInProcess(job: BootstrapJob, { onProgress, signal }: ProcessOptions): Promise<BootstrapReport> {
  signal.throwIfAborted();
  const running = fork(child, {
    serialization: "advanced",
    env: {},
    execArgv: [`--max-old-space-size=${heapMegabytesMax}`],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  neverUnheard(running);
  const end = (): void => void running.kill("SIGKILL");
  const timer = setTimeout(end, job.limits.timeMsMax);
  signal.addEventListener("abort", end, { once: true });
  try {
    const said = await answerOf(running, job, onProgress);
    if (said.kind === "done") return said.report;
    throw new GatewayError(codeOf(said.code), { detail: said.detail, where: said.where, cure: said.cure });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    end();
  }
}

function answerOf(
  running: ChildProcess,
  job: BootstrapJob,
  onProgress: ProcessOptions["onProgress"],
): Promise<Exclude<BootstrapSaid, { kind: "progress" }>> {
  return new Promise((resolve, reject) => {
    running.on("message", (message) => {
      // Only bootstrap-child.ts sends messages here.
      const said = message as BootstrapSaid;
      if (said.kind === "progress") onProgress(said.rows);
      else resolve(said);
    });
    running.once("exit", (code, killed) => reject(ended(killed ?? `code ${String(code)}`, job)));
    running.send(job, (error) => error !== null && reject(ended(error.message, job)));
  });
}

function ended(how: string, { limits }: BootstrapJob): GatewayError {
  return new GatewayError("BOOTSTRAP_FAILED", {
    detail: `its process ended with ${how}: it was stopped, took more than ${limits.timeMsMax / 60_000} min, or more memory than there is`,
    where: "bootstrap",
    cure: "Load less at once, in several savepoints that are merged, or run npm run bootstrap on another machine and upload the file.",
  });
}

function codeOf(code: string): GatewayProblemCode {
  const known = Object.keys(gatewayProblems) as GatewayProblemCode[];
  return known.find((one) => one === code) ?? "BOOTSTRAP_FAILED";
}
