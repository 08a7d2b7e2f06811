/**
 * isolatedProcess: the process of one endpoint's isolated functions as a ProcessSpec, so that it is started, watched, replaced and ended as
 * co-located ones are. Neighbours: services/modules/placements.ts asks when modules are put in force.
 */
import { readFileSync, statSync } from "node:fs";
import type { ProcessSpec } from "../processes/process-spec.ts";
import { isolateCommand, isolateTask, type IsolatedSpec } from "./isolated-functions.ts";

const startTimeoutMs = 30_000;
const drainMs = 10_000;
const silentMsMax = 10_000;
/** The same limit as for a module. */
const sourceBytesMax = 1024 * 1024;

export function isolatedProcess(isolated: IsolatedSpec, { endpoint, module }: Pick<ProcessSpec, "endpoint" | "module">): ProcessSpec {
  return {
    endpoint,
    module,
    command: isolateCommand(),
    // The command is the gateway's own affair, so it is not shown.
    shownCommand: [],
    cwd: process.cwd(),
    env: {},
    protocol: "http",
    listen: "socket",
    path: "/statefun",
    instances: isolated.instances,
    silentMsMax,
    startTimeoutMs,
    drainMs,
    isolate: isolateTask(isolated, isolatedCode(isolated)),
  };
}

/** Returns the code. A file that was removed after it was checked is reported when it is loaded. */
export function isolatedCode({ source }: Pick<IsolatedSpec, "source">): string {
  if (source.kind === "code" || source.code !== undefined) return source.code ?? "";
  try {
    if (statSync(source.path).size <= sourceBytesMax) return readFileSync(source.path, "utf8");
    return refusal(`${source.path} is larger than ${sourceBytesMax} bytes`);
  } catch {
    return refusal(`${source.path} cannot be read`);
  }
}

function refusal(message: string): string {
  return `throw new Error(${JSON.stringify(message)});`;
}
