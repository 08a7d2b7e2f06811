/** Idle: memory and CPU over ten seconds of a gateway that was just started, and after its console was opened once. */
import { setTimeout as delay } from "node:timers/promises";
import type { Figures, Job } from "../job.ts";
import { cpuMicroseconds, residentMegabytes } from "../process-usage.ts";
import { System } from "../system.ts";
import { openConsole } from "../load/console-reader.ts";

const settleSeconds = 3;
const watchSeconds = 10;

async function watch(pid: number | undefined): Promise<Figures> {
  await delay(settleSeconds * 1000);
  const before = cpuMicroseconds(pid);
  const startedMs = performance.now();
  await delay(watchSeconds * 1000);
  const after = cpuMicroseconds(pid);
  const elapsedMicroseconds = (performance.now() - startedMs) * 1000;
  const cpuPercent = before === undefined || after === undefined ? undefined : ((after - before) / elapsedMicroseconds) * 100;
  const memory = residentMegabytes(pid);
  return { cpuPercent, gatewayMegabytes: memory?.now, gatewayPeakMegabytes: memory?.peak };
}

export const idle: Job = {
  name: "idle",
  what: "idle: ten seconds after the start, and after the console was opened once in Chromium",
  async run({ folder }) {
    await using system = await System.start({ folder });
    const fresh = await watch(system.gateway.pid);
    const console = await openConsole(system.gateway.url, "/");
    await console.close();
    return [
      { line: "idle:started", figures: fresh },
      { line: "idle:console-opened", figures: await watch(system.gateway.pid) },
    ];
  },
};
