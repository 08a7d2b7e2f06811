/**
 * startProgram: starts a Node program in the foreground, with this process's streams; its output is also searched for the URL at which it
 * listens.
 * Neighbour: main.ts gives it to the commands.
 * Guarantee: SIGTERM is passed on, Ctrl+C reaches it from the terminal, and this process ends after it.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { StartedProgram } from "./io.ts";

/** The same flags as `npm start` uses, because most objects of a message die young. */
const nodeFlags = ["--min-semi-space-size=4", "--max-semi-space-size=8"];

export function startProgram(program: string, environment: Readonly<Record<string, string | undefined>>): StartedProgram {
  const child = spawn(process.execPath, [...nodeFlags, program], { env: { ...environment }, stdio: ["inherit", "pipe", "inherit"] });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  // A terminal sends Ctrl+C to both processes. A second signal from here would end the gateway without its drain.
  const passed: readonly NodeJS.Signals[] = process.stdin.isTTY ? ["SIGTERM"] : ["SIGTERM", "SIGINT"];
  for (const signal of passed) process.on(signal, pass);
  if (process.stdin.isTTY) process.on("SIGINT", () => undefined);
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });
  const url = new Promise<string | undefined>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      process.stdout.write(`${line}\n`);
      const found = /^Signalbox runs at (\S+?)(?:,| \()/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => resolve(undefined));
  });
  return { url, ended };
}
