/** Load over the HTTP API by wrk, which costs little CPU of its own. Undefined where wrk is not installed. */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Load } from "./measurement.ts";

export function wrkIsInstalled(): boolean {
  return spawnSync("wrk", ["--version"]).error === undefined;
}

export async function httpLoad(url: string, options: { inFlight: number; seconds: number }): Promise<Load> {
  const script = join(import.meta.dirname, "messages.lua");
  const parameters = ["-t", "1", "-c", String(options.inFlight), "-d", `${options.seconds}s`, "--latency", "-s", script, url];
  const output = await run("wrk", parameters);
  const line = output.split("\n").find((candidate) => candidate.startsWith("{"));
  if (line === undefined) throw new Error(`wrk printed no result:\n${output}`);
  const result = JSON.parse(line) as Load & { errors: number };
  if (result.errors > 0) throw new Error(`wrk saw ${result.errors} errors:\n${output}`);
  return result;
}

function run(program: string, parameters: readonly string[]): Promise<string> {
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString("utf8");
  });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => (code === 0 ? done(output) : failed(new Error(`${program} ended with ${code}:\n${output}`))));
  });
}
