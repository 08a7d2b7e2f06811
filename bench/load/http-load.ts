/**
 * Load over HTTP by wrk, which costs little CPU of its own: a closed loop with one request in flight on each connection.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { NotAvailable } from "../job.ts";
import type { Load } from "./load.ts";

export interface HttpLoadOptions {
  readonly inFlight: number;
  readonly seconds: number;
  readonly ids: number;
  /** The text before and after the number of the id in the path. */
  readonly path: readonly [before: string, behind: string];
  readonly contentType: string;
}

export async function httpLoad(url: string, options: HttpLoadOptions): Promise<Load> {
  const script = join(import.meta.dirname, "messages.lua");
  const { inFlight, path, ids, contentType } = options;
  const seconds = Math.max(1, Math.round(options.seconds));
  const parameters = ["-t", "1", "-c", String(inFlight), "-d", `${seconds}s`, "--timeout", "30s", "--latency", "-s", script, url];
  const output = await run("wrk", [...parameters, "--", ...path, String(ids), contentType]);
  const line = output.split("\n").find((candidate) => candidate.startsWith("{"));
  if (line === undefined) throw new Error(`wrk printed no result:\n${output}`);
  const result = JSON.parse(line) as Load & { errors: number };
  if (result.errors > 0) throw new Error(`wrk saw ${result.errors} errors:\n${output}`);
  return { sent: result.sent, p50Ms: result.p50Ms, p99Ms: result.p99Ms, loadCpuMicroseconds: undefined };
}

function run(program: string, parameters: readonly string[]): Promise<string> {
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString("utf8");
  });
  return new Promise((done, failed) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      failed(error.code === "ENOENT" ? new NotAvailable("wrk is not installed (apt-get install wrk)") : error);
    });
    child.once("exit", (code) => (code === 0 ? done(output) : failed(new Error(`${program} ended with ${code}:\n${output}`))));
  });
}
