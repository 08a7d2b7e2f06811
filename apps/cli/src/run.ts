/**
 * run: runs one command line and returns its exit code; it does not touch the process.
 */
import { CommanderError } from "commander";
import { CliError, exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { createProgram } from "./program.ts";

export async function run(words: readonly string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync([...words], { from: "user" });
    return exitCodes.done.code;
  } catch (error) {
    // Commander has printed it already; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done.code : exitCodes.usage.code;
    if (io.signal.aborted) return exitCodes.done.code;
    if (!(error instanceof CliError)) throw error;
    io.err(`${error.message}\n${error.cure === "" ? "" : `${error.cure}\n`}`);
    return exitCodes[error.reason].code;
  }
}
