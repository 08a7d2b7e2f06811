/**
 * moveTask: a whole move of a savepoint in one direction, as the worker runs it: the plan; unless it is a dry run, the conversion; and the
 * check after it. To Flink, the check reads back what was written and compares entity by entity, and what differs is removed again.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { compareSavepoints, type Comparison, type Difference } from "./compare-savepoints.ts";
import { fromFlink } from "./from-flink.ts";
import { MoveError } from "./move-error.ts";
import type { MovePlan } from "./move-plan.ts";
import { planToFlink } from "./plan-to-flink.ts";
import { SavepointDatabase } from "./savepoint-database.ts";
import type { ToolCommand } from "./savepoint-tool.ts";
import { registeredStates, usedStates, type RegisteredState } from "./state-spec.ts";
import { toFlink, type MoveProgress } from "./to-flink.ts";

/** How and where a move runs, beside what it moves. */
interface MoveSetting {
  readonly tool: Omit<ToolCommand, "scratch">;
  /** A folder for temporary files, with room for both savepoints. */
  readonly scratchFolder: string;
  readonly nowMs: number;
}

interface ToFlinkMove {
  readonly direction: "flink";
  readonly dryRun: boolean;
  /** A savepoint file that was checked. */
  readonly path: string;
  /** The folder of the Flink savepoint to make; it must not exist. */
  readonly directory: string;
  readonly maxParallelism: number;
  readonly accept: readonly string[];
}

interface ToEmbeddedMove {
  readonly direction: "embedded";
  readonly dryRun: boolean;
  readonly directory: string;
  /** The savepoint file to write. */
  readonly path: string;
  /** A savepoint file with what functions registered: how long values live. */
  readonly specsOf: string | undefined;
  readonly types: readonly string[];
}

export type Move = ToFlinkMove | ToEmbeddedMove;
export type MoveTask = Move & MoveSetting;

export interface MoveResult {
  readonly plan: MovePlan;
  /** What is on the other side after the move; null for a dry run. */
  readonly moved: { readonly values: number; readonly messages: number; readonly delayedMessages: number } | null;
  /** Null for a dry run, or when the file cannot differ from what Flink had because it was made from it. */
  readonly check: Comparison | null;
}

interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: MoveProgress) => void;
}

export async function runMoveTask(task: MoveTask, watch: Watch): Promise<MoveResult> {
  const scratch = await mkdtemp(join(task.scratchFolder, ".move-"));
  const tool = { ...task.tool, scratch };
  try {
    return await (task.direction === "flink" ? toCluster(task, tool, watch) : toGateway(task, tool, watch));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function toCluster(task: ToFlinkMove & MoveSetting, tool: ToolCommand, watch: Watch): Promise<MoveResult> {
  const { path, directory, nowMs } = task;
  const { plan, specs, types } = facts(task);
  if (task.dryRun) return { plan, moved: null, check: null };
  const moved = await toFlink({ ...task, ...watch, tool });
  try {
    watch.onProgress({ phase: "checking", rows: 0, rowsTotal: moved.values });
    const back = join(tool.scratch, "back.savepoint");
    const checking = {
      signal: watch.signal,
      onProgress: ({ rows }: MoveProgress) => watch.onProgress({ phase: "checking", rows, rowsTotal: moved.values }),
    };
    await fromFlink({ directory, path: back, specs, types, tool, ...checking });
    const isExact = !plan.items.some(({ what }) => what === "ends-unregistered" || what === "ends-of-endless");
    const check = compareSavepoints({ before: path, after: back, nowMs, endsCount: isExact });
    if (!check.isEqual) throw unequal(check.differences);
    return { plan, moved, check };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function facts({ path, nowMs }: ToFlinkMove & MoveSetting): { plan: MovePlan; specs: RegisteredState[]; types: string[] } {
  const source = new SavepointDatabase(path);
  try {
    return { plan: planToFlink(source, nowMs), specs: registeredStates(source), types: usedStates(source, nowMs).map(({ type }) => type) };
  } finally {
    source.close();
  }
}

async function toGateway(task: ToEmbeddedMove & MoveSetting, tool: ToolCommand, watch: Watch): Promise<MoveResult> {
  const { directory, path, dryRun, types } = task;
  const specs = task.specsOf === undefined ? [] : specsIn(task.specsOf);
  const { plan, ...moved } = await fromFlink({ directory, path: dryRun ? undefined : path, specs, types, tool, ...watch });
  return { plan, moved: dryRun ? null : moved, check: null };
}

function specsIn(path: string): RegisteredState[] {
  const source = new SavepointDatabase(path);
  try {
    return registeredStates(source);
  } finally {
    source.close();
  }
}

function unequal(differences: readonly Difference[]): MoveError {
  const named = differences.map(({ type, id, found }) => `${type}/${id}: ${found}`).join("; ");
  return new MoveError(
    "MOVE_NOT_EQUAL",
    `what Flink would read is not what was moved: ${named.slice(0, 500)}`,
    "this is a fault of the converter: keep the savepoint and report it; nothing was left in the folder",
  );
}
