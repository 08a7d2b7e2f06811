/**
 * The full layout, in columns from ingress to egress: senders are left of receivers, lines cross little, boxes are near those that they
 * talk to. It is made once, when the graph is first known, and whenever a person asks; never because traffic changed. It is pure: the same
 * nodes and edges give the same places. placement.ts adds what comes later.
 */
import { NODE_HEIGHT, NODE_WIDTH, type EdgeEnds, type Point } from "./geometry.ts";
import { COLUMN_GAP, onwardEdges, ROW_GAP, type Placeable } from "./placement.ts";

const SWEEPS = 12;
const COLUMN = NODE_WIDTH + COLUMN_GAP;
const ROW = NODE_HEIGHT + ROW_GAP;

/** One box of a column, or the place where a line passes through it. */
interface Slot {
  id: string;
  /** Null when a line passes here. */
  node: string | null;
  column: number;
  before: Slot[];
  after: Slot[];
  y: number;
}

export function arrangeInColumns(nodes: readonly Placeable[], edges: readonly EdgeEnds[]): Map<string, Point> {
  const ordered = nodes.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const known = new Set(nodes.map(({ id }) => id));
  const onward = onwardEdges(ordered, edges).filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const columns = withPassages(ordered, onward, columnsOf(ordered, onward));
  for (const column of columns) stack(column);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const onto = sweep % 2 === 0;
    for (const column of onto ? columns : columns.toReversed()) settle(column, onto ? ({ before }) => before : ({ after }) => after);
  }
  for (const column of columns) settle(column, ({ before, after }) => [...before, ...after]);
  const slots = columns.flat().filter(({ node }) => node !== null);
  const top = Math.min(...slots.map(({ y }) => y));
  return new Map(slots.map(({ id, column, y }) => [id, { x: column * COLUMN, y: Math.round(y - top) }]));
}

/** Puts an ingress first, an egress last, and a type one column right of the last one that sends to it. */
function columnsOf(nodes: readonly Placeable[], onward: readonly EdgeEnds[]): Map<string, number> {
  const senders = Map.groupBy(onward, ({ to }) => to);
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const first = nodes.some(({ kind }) => kind === "ingress") ? 1 : 0;
  const columns = new Map<string, number>();
  const columnOf = (id: string): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    // Onward edges form no cycle; this would end the walk if they did.
    columns.set(id, first);
    const column = Math.max(first, ...(senders.get(id) ?? []).map(({ from }) => (kinds.get(from) === "type" ? columnOf(from) + 1 : first)));
    columns.set(id, column);
    return column;
  };
  for (const { id, kind } of nodes) if (kind === "type") columnOf(id);
  const last = Math.max(first - 1, ...columns.values()) + 1;
  for (const { id, kind } of nodes) if (kind !== "type") columns.set(id, kind === "ingress" ? 0 : last);
  return columns;
}

/** Gives a line over several columns a place in each of them, so that boxes leave room for it. */
function withPassages(nodes: readonly Placeable[], onward: readonly EdgeEnds[], columnOf: ReadonlyMap<string, number>): Slot[][] {
  const columns: Slot[][] = Array.from({ length: Math.max(0, ...columnOf.values()) + 1 }, () => []);
  const put = (id: string, node: string | null, column: number): Slot => {
    const slot = { id, node, column, before: [], after: [], y: 0 };
    columns[column]?.push(slot);
    return slot;
  };
  const slots = new Map(nodes.map(({ id }) => [id, put(id, id, columnOf.get(id) ?? 0)]));
  for (const { id, from, to } of onward) {
    let left = slots.get(from);
    const right = slots.get(to);
    if (left === undefined || right === undefined || left.column >= right.column) continue;
    for (let column = left.column + 1; column < right.column; column += 1) left = joined(left, put(`${id}@${column}`, null, column));
    joined(left, right);
  }
  return columns;
}

function joined(left: Slot, right: Slot): Slot {
  left.after.push(right);
  right.before.push(left);
  return right;
}

const heightOf = (slot: Slot): number => (slot.node === null ? ROW_GAP : ROW);

function stack(column: readonly Slot[]): void {
  let y = 0;
  for (const slot of column) {
    slot.y = y;
    y += heightOf(slot);
  }
}

/** Moves each slot to the middle of its neighbours, keeping the order; slots that would overlap share the move (pooled, least squares). */
function settle(column: Slot[], neighbours: (slot: Slot) => readonly Slot[]): void {
  const wanted = new Map(column.map((slot) => [slot, middle(neighbours(slot)) ?? slot.y]));
  column.sort((left, right) => (wanted.get(left) ?? 0) - (wanted.get(right) ?? 0));
  const pools: { slots: { slot: Slot; offset: number }[]; sum: number; top: number; height: number }[] = [];
  for (const slot of column) {
    const at = wanted.get(slot) ?? 0;
    let pool = { slots: [{ slot, offset: 0 }], sum: at, top: at, height: heightOf(slot) };
    for (let above = pools.at(-1); above !== undefined && above.top + above.height > pool.top; above = pools.at(-1)) {
      pools.pop();
      const down = above.height;
      const slots = [...above.slots, ...pool.slots.map((entry) => ({ slot: entry.slot, offset: entry.offset + down }))];
      const sum = above.sum + pool.sum - down * pool.slots.length;
      pool = { slots, sum, top: sum / slots.length, height: down + pool.height };
    }
    pools.push(pool);
  }
  for (const { slots, top } of pools) for (const { slot, offset } of slots) slot.y = top + offset;
}

function middle(slots: readonly Slot[]): number | undefined {
  return slots.length === 0 ? undefined : slots.reduce((sum, { y }) => sum + y, 0) / slots.length;
}
