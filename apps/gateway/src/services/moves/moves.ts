/**
 * Moves: savepoints to Flink and back, one at a time, in <dataDir>/flink-savepoints. Neighbours: @signalbox/flink converts and compares in
 * a thread and a JVM of its own, savepoint-files.ts checks and registers what came back. Guarantee: a Flink savepoint is an entry of that
 * one folder; nothing else on the machine can be named. A move ends when its caller disconnects.
 */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Move, MoveError, MoveResult, MoveTask } from "@signalbox/flink";
import type { Engine } from "@signalbox/runtime";
import type { FlinkFolder, MoveOutcome, RunningMove } from "../../contract/savepoints/moves.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { SavepointRow } from "../../contract/savepoints/savepoints.ts";
import type { SavepointFiles } from "../savepoints/savepoint-files.ts";

export interface MovesOptions {
  /** The folder of Flink savepoints; it may be missing, or a link to a folder that the cluster shares. */
  readonly folder: string;
  readonly engine: Pick<Engine, "status" | "functionTypes">;
  readonly savepoints: Pick<SavepointFiles, "get" | "list" | "add">;
  /** JAVA_HOME and where the jars are. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ToFlinkInput {
  readonly savepoint: string;
  readonly dryRun: boolean;
  readonly accept: readonly string[];
  readonly maxParallelism: number;
}

export interface ToEmbeddedInput {
  readonly folder: string;
  readonly dryRun: boolean;
  readonly specsOf?: string | undefined;
}

/** How many Flink savepoints are listed. */
const foldersMax = 1_000;
const leftovers = /^\.move-|\.part$/;

/** Thrown where the savepoint would be registered, to undo a dry run. */
class NotKept extends Error {}

type FlinkPackage = typeof import("@signalbox/flink");

export class Moves {
  readonly #options: MovesOptions;
  #running: { state: RunningMove; readonly cancel: AbortController } | null = null;

  constructor(options: MovesOptions) {
    this.#options = options;
  }

  running(): RunningMove | null {
    return this.#running?.state ?? null;
  }

  cancel(): void {
    this.#running?.cancel.abort(cancelled());
  }

  async folders(): Promise<FlinkFolder[]> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const names = (await readdir(folder)).filter((name) => !leftovers.test(name)).slice(0, foldersMax);
    const found = await Promise.all(names.map((name) => folderOf(join(folder, name), name)));
    return found.filter((one) => one !== undefined).sort((a, b) => b.modifiedMs - a.modifiedMs);
  }

  toFlink(input: ToFlinkInput, signal: AbortSignal): Promise<MoveOutcome> {
    const row = this.#ready(input.savepoint);
    const { folder, engine } = this.#options;
    const name = `from-${row.id}`;
    return this.#alone({ direction: "flink", name: row.id, signal }, async (flink, run) => {
      const directory = join(folder, name);
      if (!input.dryRun) await refuseThere(directory, name);
      const { accept, maxParallelism } = input;
      const task = { direction: "flink", path: row.path, directory, accept, maxParallelism } as const;
      const planned = await run({ ...task, dryRun: true });
      const blocked = flink.blockers(planned.plan, accept).map(({ what }) => what);
      const result = input.dryRun ? planned : await run({ ...task, dryRun: false });
      const epochsSince = row.origin === "upload" || row.origin === "move" ? null : Math.max(0, engine.status().epoch - row.epoch);
      return { ...outcomeOf(result), blocked, folder: result.moved === null ? null : name, epochsSince };
    });
  }

  toEmbedded({ folder: name, dryRun, specsOf }: ToEmbeddedInput, signal: AbortSignal): Promise<MoveOutcome> {
    const { folder, engine, savepoints } = this.#options;
    const known = specsOf === undefined ? savepoints.list().find(({ status }) => status === "ready") : this.#ready(specsOf);
    const types = engine.functionTypes().map(({ type }) => type);
    return this.#alone({ direction: "embedded", name, signal }, async (_flink, run) => {
      let result: MoveResult | undefined;
      const task = { direction: "embedded", directory: join(folder, name), specsOf: known?.path, types, dryRun } as const;
      try {
        const row = await savepoints.add("move", async (path) => {
          result = await run({ ...task, path });
          if (dryRun) throw new NotKept();
          return {};
        });
        return { ...outcomeOf(required(result)), savepoint: row };
      } catch (error) {
        if (error instanceof NotKept) return outcomeOf(required(result));
        throw error;
      }
    });
  }

  async #alone(
    { direction, name, signal }: Pick<RunningMove, "direction" | "name"> & { signal: AbortSignal },
    move: (flink: FlinkPackage, run: (task: Move) => Promise<MoveResult>) => Promise<Omit<MoveOutcome, "elapsedMs">>,
  ): Promise<MoveOutcome> {
    if (this.#running !== null) throw busy(this.#running.state);
    const startedMs = Date.now();
    const cancel = new AbortController();
    const state: RunningMove = { direction, name, phase: "planning", rows: 0, rowsTotal: 0, startedMs };
    const current = { state, cancel };
    this.#running = current;
    // @signalbox/flink is loaded only with the first move.
    const flink = await import("@signalbox/flink");
    try {
      await this.#clear();
      const { folder, env } = this.#options;
      const run = (task: Move): Promise<MoveResult> =>
        flink.runMove(
          { ...task, tool: toolOf(flink, { task, env }), scratchFolder: folder, nowMs: startedMs },
          {
            signal: AbortSignal.any([signal, cancel.signal]),
            onProgress: (progress) => {
              current.state = { ...state, ...progress };
            },
          },
        );
      return { ...(await move(flink, run)), elapsedMs: Date.now() - startedMs };
    } catch (error) {
      throw error instanceof flink.MoveError ? refusal(error, this.#options.folder) : error;
    } finally {
      this.#running = null;
    }
  }

  /** Removes what a killed gateway left of a move. */
  async #clear(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) if (leftovers.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }

  #ready(id: string): SavepointRow {
    const row = this.#options.savepoints.get(id);
    if (row.status === "ready") return row;
    throw new GatewayError("SAVEPOINT_NOT_READY", {
      detail: `Savepoint ${id} is ${row.status}.`,
      where: "savepoint",
      cure: "Choose one that is ready.",
    });
  }
}

/** The text shows paths without the data directory, because callers need not know its place. */
function refusal({ code, message, cure }: MoveError, folder: string): GatewayError {
  return new GatewayError(code, { detail: message.replaceAll(`${folder}/`, ""), where: "move", cure });
}

/** Planning a move to Flink only counts rows of the file, so it needs no Java. */
function toolOf(flink: FlinkPackage, { task, env }: { task: Move; env: MovesOptions["env"] }): MoveTask["tool"] {
  return task.direction === "flink" && task.dryRun ? { java: "", flags: [], classPath: [] } : flink.toolCommand(env);
}

function outcomeOf({ plan, moved, check }: MoveResult): Omit<MoveOutcome, "elapsedMs"> {
  const compared =
    check === null
      ? null
      : { isEqual: check.isEqual, values: check.values, messages: check.messages, delayedMessages: check.delayedMessages };
  return {
    direction: plan.direction,
    items: plan.items.map((item) => ({ ...item, examples: [...item.examples] })),
    blocked: [],
    moved,
    check: compared,
    folder: null,
    savepoint: null,
    epochsSince: null,
  };
}

/** Undefined when the folder is no Flink savepoint. */
async function folderOf(path: string, name: string): Promise<FlinkFolder | undefined> {
  try {
    const { mtimeMs } = await stat(join(path, "_metadata"));
    const sizes = await Promise.all((await readdir(path)).map(async (file) => (await stat(join(path, file))).size));
    return { name, modifiedMs: Math.floor(mtimeMs), sizeBytes: sizes.reduce((all, size) => all + size, 0) };
  } catch {
    return undefined;
  }
}

async function refuseThere(directory: string, name: string): Promise<void> {
  const isThere = await stat(directory).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new GatewayError("MOVE_BLOCKED", {
    detail: `The folder ${name} is there already: this savepoint was moved before.`,
    where: "savepoint",
    cure: "Run the job from that folder, or remove it and move again.",
  });
}

function required(result: MoveResult | undefined): MoveResult {
  if (result === undefined) throw new Error("a savepoint was registered that nothing was written to");
  return result;
}

function busy({ direction, name }: RunningMove): GatewayError {
  return new GatewayError("SAVEPOINT_BUSY", {
    detail: `Not now: ${name} is being moved to ${direction}.`,
    where: "moves",
    cure: "Wait until it ends, or cancel it.",
  });
}

function cancelled(): GatewayError {
  return new GatewayError("MOVE_CANCELLED", {
    detail: "Somebody cancelled the move.",
    where: "moves",
    cure: "Move again when you like; nothing of it was left.",
  });
}
