/**
 * toFlink: a savepoint file becomes a Flink savepoint: rows out of SQLite, through a pipe, into the Java tool. One row is held at a time;
 * the folder is written aside and renamed, so that it is whole or absent. planToFlink says beforehand what moves and what stands in the
 * way.
 */
import { once } from "node:events";
import { rename, rm } from "node:fs/promises";
import { FrameEncoder, frameKinds, neverMs } from "./frames.ts";
import { MoveError } from "./move-error.ts";
import { blockers } from "./move-plan.ts";
import { planToFlink } from "./plan-to-flink.ts";
import { bytesOf, numberOf, optionalText, SavepointDatabase, textOf } from "./savepoint-database.ts";
import { startTool, type RunningTool, type ToolCommand } from "./savepoint-tool.ts";
import { flinkStateName } from "./state-names.ts";
import { expiresOnFlink, keyOf, usedStates, type UsedState } from "./state-spec.ts";

export interface MoveProgress {
  /** reading and writing: rows go through. sealing: Flink writes the savepoint. checking: both sides are compared. */
  readonly phase: "writing" | "sealing" | "sorting" | "checking";
  readonly rows: number;
  /** 0 when it is not known. */
  readonly rowsTotal: number;
}

export interface ToFlinkOptions {
  /** The savepoint file. */
  readonly path: string;
  /** The folder of the Flink savepoint, which must not exist. */
  readonly directory: string;
  /** The maximum of the job that will run from it (pipeline.max-parallelism); Flink's own default is 128. */
  readonly maxParallelism: number;
  /** The items that block and may be accepted. */
  readonly accept: readonly string[];
  readonly nowMs: number;
  readonly tool: ToolCommand;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: MoveProgress) => void) | undefined;
}

export interface ToFlinkSummary {
  readonly values: number;
  readonly messages: number;
  readonly delayedMessages: number;
}

/** Mailboxes are delayed messages that were due at this moment; nothing else can be (dueMsMin). */
export const mailboxDueMs = 1;
export const dueMsMin = 2;
/** Two subtasks fill the state; more do not help, because one thread reads the file. */
const toolParallelism = 2;
const progressEveryRows = 5_000;

/** Rejects with a MoveError. */
export async function toFlink(options: ToFlinkOptions): Promise<ToFlinkSummary> {
  const { path, directory, tool, signal } = options;
  const source = new SavepointDatabase(path);
  const part = `${directory}.part`;
  try {
    refuseBlocked(source, options);
    const running = startTool(tool, ["write", part, String(toolParallelism)], signal);
    const summary = await send(source, running, options);
    await running.ended;
    await rename(part, directory);
    return summary;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  } finally {
    source.close();
  }
}

function refuseBlocked(source: SavepointDatabase, { nowMs, accept }: ToFlinkOptions): void {
  const [first, ...others] = blockers(planToFlink(source, nowMs), accept);
  if (first === undefined) return;
  const more = others.length === 0 ? "" : `; and ${others.map(({ what }) => what).join(", ")}`;
  throw new MoveError(
    "MOVE_BLOCKED",
    `${first.what} (${first.count}${first.examples.length === 0 ? "" : `: ${first.examples.join("; ")}`}): ${first.why}${more}`,
    first.cure,
  );
}

async function send(source: SavepointDatabase, running: RunningTool, options: ToFlinkOptions): Promise<ToFlinkSummary> {
  const states = usedStates(source, options.nowMs);
  const encoder = new FrameEncoder();
  const out = new Outlet(running, options, source.count("state") + source.count("message") + source.count("delayed_message"));
  encoder.begin(frameKinds.header).number(options.maxParallelism).number(states.length);
  for (const state of states)
    encoder
      .text(flinkStateName(state.type, state.name))
      .text(state.typename)
      .number(expiresOnFlink(state) ? 1 : 0);
  await out.put(encoder.end());
  const values = await sendValues(source, { encoder, out, states, nowMs: options.nowMs });
  const messages = await sendMessages(source, encoder, out);
  const delayedMessages = await sendDelayed(source, encoder, out);
  await out.put(encoder.finish());
  out.told("sealing");
  running.input.end();
  return { values, messages, delayedMessages };
}

interface Sending {
  readonly encoder: FrameEncoder;
  readonly out: Outlet;
  readonly states: readonly UsedState[];
  readonly nowMs: number;
}

async function sendValues(source: SavepointDatabase, { encoder, out, states, nowMs }: Sending): Promise<number> {
  const places = new Map(states.map((state, index) => [`${keyOf(state)}\u0000${state.typename}`, { state, index }]));
  let count = 0;
  const rows = source.rows(
    `SELECT type, id, name, typename, value, written_ms, expires_ms FROM ${source.table("state")} WHERE expires_ms IS NULL OR expires_ms > ?`,
    nowMs,
  );
  for (const [type, id, name, typename, value, writtenMs, expiresMs] of rows) {
    const place = places.get(`${textOf(type)}\u0000${textOf(name)}\u0000${textOf(typename)}`);
    if (place === undefined) throw new Error("a value of a state that was not counted: the file changed while it was read");
    const lastUseMs = lastUse(place.state, { writtenMs: numberOf(writtenMs) ?? source.createdMs, expiresMs: numberOf(expiresMs) });
    encoder
      .begin(frameKinds.state)
      .text(textOf(id))
      .number(place.index)
      .integer(lastUseMs)
      .bytes(bytesOf(value) ?? new Uint8Array());
    count++;
    const chunk = encoder.end();
    if (chunk !== undefined) await out.put(chunk);
    out.passed();
  }
  return count;
}

/** Flink adds the registered duration to it; a value without an end gets a time that no duration reaches beyond. */
function lastUse({ spec }: UsedState, { writtenMs, expiresMs }: { writtenMs: number; expiresMs: number | undefined }): number {
  if (expiresMs === undefined) return neverMs;
  return spec === undefined ? writtenMs : Math.max(0, expiresMs - spec.afterMs);
}

async function sendMessages(source: SavepointDatabase, encoder: FrameEncoder, out: Outlet): Promise<number> {
  let count = 0;
  const rows = source.rows(
    `SELECT caller_type, caller_id, target_type, target_id, typename, value FROM ${source.table("message")} ORDER BY sequence`,
  );
  for (const [callerType, callerId, targetType, targetId, typename, value] of rows) {
    // Keyed by their receiver, so that all messages that wait for one entity keep their order.
    encoder.begin(frameKinds.message).text(textOf(targetId)).integer(mailboxDueMs);
    encoder.text(optionalText(callerType)).text(optionalText(callerId)).text(textOf(targetType)).text(textOf(targetId));
    encoder.text(textOf(typename)).bytes(bytesOf(value)).text("");
    count++;
    const chunk = encoder.end();
    if (chunk !== undefined) await out.put(chunk);
    out.passed();
  }
  return count;
}

async function sendDelayed(source: SavepointDatabase, encoder: FrameEncoder, out: Outlet): Promise<number> {
  let count = 0;
  const rows = source.rows(
    `SELECT caller_type, caller_id, target_type, target_id, typename, value, due_ms, token FROM ${source.table("delayed_message")} ORDER BY sequence`,
  );
  for (const [callerType, callerId, targetType, targetId, typename, value, dueMs, token] of rows) {
    // Keyed by their sender, which alone may cancel them.
    encoder
      .begin(frameKinds.message)
      .text(textOf(callerId))
      .integer(Math.max(dueMsMin, numberOf(dueMs) ?? 0));
    encoder.text(textOf(callerType)).text(textOf(callerId)).text(textOf(targetType)).text(textOf(targetId));
    encoder.text(textOf(typename)).bytes(bytesOf(value)).text(textOf(token));
    count++;
    const chunk = encoder.end();
    if (chunk !== undefined) await out.put(chunk);
    out.passed();
  }
  return count;
}

/** The pipe into the tool: it waits when the tool is slower, and reports how far it is. */
class Outlet {
  readonly #running: RunningTool;
  readonly #options: ToFlinkOptions;
  readonly #rowsTotal: number;
  #rows = 0;

  constructor(running: RunningTool, options: ToFlinkOptions, rowsTotal: number) {
    this.#running = running;
    this.#options = options;
    this.#rowsTotal = rowsTotal;
  }

  async put(chunk: Buffer | undefined): Promise<void> {
    if (chunk === undefined) return;
    this.#options.signal.throwIfAborted();
    const { input, ended } = this.#running;
    // A tool that has ended drains nothing; how it ended says why.
    if (!input.write(chunk)) await Promise.race([once(input, "drain").catch(() => ended.then(tooEarly)), ended.then(tooEarly)]);
  }

  passed(): void {
    if (++this.#rows % progressEveryRows === 0) this.told("writing");
  }

  told(phase: MoveProgress["phase"]): void {
    this.#options.onProgress?.({ phase, rows: this.#rows, rowsTotal: this.#rowsTotal });
  }
}

function tooEarly(): never {
  throw new MoveError("FLINK_TOOL_FAILED", "the savepoint tool ended before it had all rows", "run it again");
}
