/**
 * runDifference: runs one job over two sides: counts by type, a page of changed entities, or one entity in full. Neighbour:
 * difference-thread.ts.
 */
import type {
  ChangedEntity,
  ChangeKind,
  CountAnswer,
  DifferenceAnswers,
  DifferenceJob,
  DifferenceTask,
  EntityAnswer,
  EntitySide,
  ListAnswer,
  ShownSide,
  ShownValue,
  StateOf,
  TypeTally,
} from "./difference-job.ts";
import { differingValues, mergeSides, type Side } from "./merge-sides.ts";

type TaskOf<Kind extends DifferenceTask["kind"]> = Extract<DifferenceTask, { kind: Kind }>;
/** The limits of one value and of one side of an entity. */
const valueBytesMax = 1024 * 1024;
const shownBytesMax = 4 * 1024 * 1024;

type Sides = readonly [Side, Side];

export function runDifference(
  sides: Sides,
  { task, budget }: Pick<DifferenceJob, "task" | "budget">,
): Promise<DifferenceAnswers[DifferenceTask["kind"]]> {
  switch (task.kind) {
    case "count":
      return count(sides, { task, budget });
    case "list":
      return list(sides, { task, budget });
    case "entity":
      return entity(sides, task);
    case "types":
      return sides[0].types();
  }
}

async function count(
  sides: Sides,
  { task: { scope }, budget }: { task: TaskOf<"count">; budget: DifferenceJob["budget"] },
): Promise<CountAnswer> {
  const types = new Map<string, TypeTally>();
  const looked = await mergeSides(sides, { scope, budget, nowMs: () => performance.now() }, (from, to) => {
    const type = (from ?? to)?.type ?? "";
    const tally = types.get(type) ?? { type, came: 0, went: 0, changed: 0, same: 0 };
    types.set(type, tally);
    tally[changeOf(from, to).change ?? "same"]++;
    return true;
  });
  const around = scope.after === undefined ? { from: await sides[0].around(scope), to: await sides[1].around(scope) } : null;
  return { types: [...types.values()], looked, around };
}

async function list(
  sides: Sides,
  { task: { scope, change: wanted, itemsMax }, budget }: { task: TaskOf<"list">; budget: DifferenceJob["budget"] },
): Promise<ListAnswer> {
  const items: ChangedEntity[] = [];
  const looked = await mergeSides(sides, { scope, budget, nowMs: () => performance.now() }, (from, to) => {
    const { change, values } = changeOf(from, to);
    const { type = "", id = "" } = from ?? to ?? {};
    if (change !== undefined && (wanted === undefined || wanted === change)) items.push({ type, id, change, values });
    return items.length < itemsMax;
  });
  return { items, looked };
}

async function entity(sides: Sides, { type, id }: TaskOf<"entity">): Promise<EntityAnswer> {
  const [from, to] = [await sides[0].entity(type, id), await sides[1].entity(type, id)];
  const differing = differingValues(from.values, to.values);
  return { from: shown(from, differing), to: shown(to, differing), differing };
}

/** Differing values come first, in case not all can be shown. */
function shown(side: EntitySide, differing: readonly string[]): ShownSide {
  const values = new Map<string, ShownValue>();
  let left = shownBytesMax;
  for (const name of new Set([...differing, ...side.values.keys()])) {
    const value = side.values.get(name);
    if (value === undefined) continue;
    const { typename, bytes } = value;
    const isShown = bytes.length <= Math.min(left, valueBytesMax);
    if (isShown) left -= bytes.length;
    values.set(name, { typename, bytes: isShown ? bytes : null, sizeBytes: bytes.length });
  }
  return { ...side, values };
}

/** `change` is undefined when nothing differs. */
function changeOf(from: StateOf | undefined, to: StateOf | undefined): { change: ChangeKind | undefined; values: number } {
  if (from === undefined) return { change: "came", values: to?.values.size ?? 0 };
  if (to === undefined) return { change: "went", values: from.values.size };
  const values = differingValues(from.values, to.values).length;
  return { change: values > 0 ? "changed" : undefined, values };
}
