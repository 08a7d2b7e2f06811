/**
 * SavepointTool: the Java process that reads and writes Flink's savepoints (java/…/savepoint). Rows go through pipes, so neither side holds
 * them all. It ends with its caller: an abort kills it, and a problem that it reports becomes a MoveError.
 */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { neverUnheard } from "../never-unheard.ts";
import { MoveError, type MoveErrorCode } from "./move-error.ts";

/** How the tool is started, as plain data, because it is sent to a worker. */
export interface ToolCommand {
  readonly java: string;
  readonly flags: readonly string[];
  readonly classPath: readonly string[];
  /** An empty folder of its own for temporary files; its creator removes it. */
  readonly scratch: string;
}

const mainClass = "io.signalbox.flink.savepoint.SavepointTool";
/** Values are in RocksDB, outside of it; one of 128 MiB is held in a few copies on its way. */
const heapMaxMiB = 1_536;
const complaintCharactersMax = 64 * 1024;
const problemExitCode = 3;
const codes: Readonly<Record<string, MoveErrorCode>> = {
  SAVEPOINT_MISSING: "FLINK_SAVEPOINT_MISSING",
  SAVEPOINT_FOREIGN: "FLINK_SAVEPOINT_FOREIGN",
  SAVEPOINT_NATIVE: "FLINK_SAVEPOINT_NATIVE",
  SAVEPOINT_CUT: "FLINK_SAVEPOINT_CUT",
  STATE_KIND_UNKNOWN: "FLINK_STATE_UNKNOWN",
};

export interface RunningTool {
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves when it ended without an error. */
  readonly ended: Promise<void>;
}

export function startTool(command: ToolCommand, words: readonly string[], signal: AbortSignal): RunningTool {
  signal.throwIfAborted();
  const { java, flags, classPath, scratch } = command;
  const parameters = [
    ...flags,
    `-Xmx${heapMaxMiB}m`,
    `-Djava.io.tmpdir=${scratch}`,
    "-XX:+UseSerialGC",
    "-cp",
    classPath.join(":"),
    mainClass,
    ...words,
  ];
  const child = spawn(java, parameters, { stdio: ["pipe", "pipe", "pipe"], cwd: scratch, env: { PATH: process.env["PATH"] ?? "" } });
  const kill = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  // How it ended says why a pipe broke.
  for (const emitter of [child, child.stdin, child.stdout, child.stderr]) neverUnheard(emitter);
  const ended = endOf(child, signal).finally(() => signal.removeEventListener("abort", kill));
  // A reader that waits for rows learns of it only then.
  ended.catch(() => undefined);
  return { input: child.stdin, output: child.stdout, ended };
}

async function endOf(child: ChildProcessByStdio<Writable, Readable, Readable>, signal: AbortSignal): Promise<void> {
  let complaint = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    complaint = (complaint + text).slice(-complaintCharactersMax);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(missing(error.message)));
    child.once("close", resolve);
  });
  if (code === 0) return;
  signal.throwIfAborted();
  throw problemOf(code, complaint);
}

function problemOf(code: number | null, complaint: string): MoveError {
  const line = complaint.split("\n").findLast((one) => one.startsWith("problem\t"));
  const [, word = "", message = "", cure = ""] = line?.split("\t") ?? [];
  if (code === problemExitCode && line !== undefined) return new MoveError(codes[word] ?? "FLINK_TOOL_FAILED", message, cure);
  if (complaint.includes("Could not find or load main class")) return missing("its jars are not where they were looked for");
  const last = complaint
    .split("\n")
    .filter((one) => /^(Caused by:|Exception in|[\w.$]+(Error|Exception):)/.test(one))
    .at(-1);
  return new MoveError(
    "FLINK_TOOL_FAILED",
    `the savepoint tool ended with ${code === null ? "a signal" : `code ${code}`}: ${(last ?? complaint.trim()).slice(0, 500)}`,
    "look whether the disk or the memory is full, and run it again",
  );
}

function missing(why: string): MoveError {
  return new MoveError(
    "FLINK_TOOL_MISSING",
    `the savepoint tool cannot be started: ${why}`,
    "install Java 11 or later, and fetch Flink's jars (npm run flink)",
  );
}
