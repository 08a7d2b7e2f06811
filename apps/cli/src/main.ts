/**
 * The command line's process: its streams, its signals and its exit code; run.ts does everything else.
 */
import { buffer } from "node:stream/consumers";
import { run } from "./run.ts";
import { startProgram } from "./start-program.ts";

const ending = new AbortController();
process.once("SIGINT", () => ending.abort());
// A reader such as head that has read enough is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`the output cannot be written: ${error.message}\n`);
  process.exit(1);
});
// When nobody can read the errors, the exit code still tells them.
process.stderr.on("error", () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: async () => new Uint8Array(await buffer(process.stdin)),
  isTerminal: process.stdout.isTTY,
  columns: process.stdout.columns || 120,
  environment: process.env,
  fetch,
  startProgram,
  signal: ending.signal,
});
