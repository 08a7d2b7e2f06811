/**
 * BundleLayout: places the boxes of a bundled graph: ingresses left, egresses right, namespaces in as many columns as fit the width, filled
 * in the order that was fixed when the graph was first known. Only an act of a person (opening a namespace, resizing the window, Arrange)
 * moves a box. Pure.
 */
import { naturalOrder } from "../../../format/natural-order.ts";
import type { Bundled, Group } from "./bundle.ts";
import { HOT_ROWS_HEIGHT, NODE_HEIGHT, NODE_WIDTH, type Place } from "./geometry.ts";
import { onwardEdges, type Placeable } from "./placement.ts";

export const CELL = 14;
export const CELL_GAP = 4;
export const CELLS_A_ROW = 8;
/** The width of the cells, padding and border. */
const BOX_WIDTH = CELLS_A_ROW * (CELL + CELL_GAP) - CELL_GAP + 26;
const BOX_HEAD = 50;
const OPEN_WIDTH = NODE_WIDTH + 32;
const COLUMN_GAP = 64;
const ROW_GAP = 22;
const CARD_GAP = 10;
const COLUMNS_MAX = 5;

/** Returns the order of the namespaces: those that ingresses feed first, then by name. It is fixed once; new ones come last. */
export function orderOf(bundled: Bundled, before: readonly string[]): string[] {
  const groups = bundled.groups.filter((group) => group.kind === "namespace");
  const known = new Set(before);
  const nodes: Placeable[] = [
    ...groups.map((group): Placeable => ({ id: group.id, kind: "type" })),
    ...bundled.singles.map(({ id, kind }): Placeable => ({ id, kind })),
  ];
  const depths = depthsOf(nodes, onwardEdges(nodes, bundled.edges));
  const fresh = groups
    .filter((group) => !known.has(group.id))
    .toSorted((left, right) => (depths.get(left.id) ?? 0) - (depths.get(right.id) ?? 0) || naturalOrder(left.name, right.name));
  return [...before, ...fresh.map((group) => group.id)];
}

function depthsOf(nodes: readonly Placeable[], edges: readonly { from: string; to: string }[]): Map<string, number> {
  const depths = new Map(nodes.map((node) => [node.id, 0]));
  // Onward edges have no cycle, so as many rounds as there are nodes are enough; most graphs need a few.
  for (let round = 0; round < nodes.length; round += 1) {
    let moved = false;
    for (const { from, to } of edges) {
      const depth = (depths.get(from) ?? 0) + 1;
      if (from === to || depth <= (depths.get(to) ?? 0)) continue;
      depths.set(to, depth);
      moved = true;
    }
    if (!moved) break;
  }
  return depths;
}

export interface LaidOut {
  readonly places: ReadonlyMap<string, Place>;
  readonly width: number;
  readonly height: number;
}

/** What the window shows at once. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

export function layOut(bundled: Bundled, order: readonly string[], room: Room): LaidOut {
  const rank = new Map(order.map((id, index) => [id, index]));
  const namespaces = bundled.groups
    .filter((group) => group.kind === "namespace")
    .toSorted((left, right) => (rank.get(left.id) ?? Infinity) - (rank.get(right.id) ?? Infinity));
  const left = endColumn(bundled, "ingress");
  const right = endColumn(bundled, "egress");
  const endsWidth = [left, right].reduce((sum, column) => sum + (column.length === 0 ? 0 : columnWidth(column) + COLUMN_GAP), 0);
  const fitting = Math.floor((room.width - endsWidth + COLUMN_GAP) / (BOX_WIDTH + COLUMN_GAP));
  const middle = inColumns(namespaces, Math.max(1, Math.min(COLUMNS_MAX, fitting, namespaces.length)));
  // When not even one column fits beside the ends, all boxes are in one column, so that a phone scrolls one way.
  const columns = fitting < 1 ? [[...left, ...middle.flat(), ...right]] : [left, ...middle, right];
  return place(
    columns.filter((column) => column.length > 0),
    room.height,
  );
}

interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly group: Group | null;
}

function endColumn(bundled: Bundled, kind: "ingress" | "egress"): Box[] {
  return [
    ...bundled.groups.filter((group) => group.kind === kind).map(boxOf),
    ...bundled.singles
      .filter((node) => node.kind === kind)
      .toSorted((left, right) => naturalOrder(left.name, right.name))
      .map((node): Box => ({ id: node.id, width: NODE_WIDTH, height: NODE_HEIGHT, group: null })),
  ];
}

/**
 * Splits the order into columns that are about equally tall when all boxes are closed, so that opening one never moves another to the next
 * column.
 */
function inColumns(groups: readonly Group[], columns: number): Box[][] {
  const closed = groups.map((group) => boxHeight(group.members.length) + ROW_GAP);
  const total = closed.reduce((sum, height) => sum + height, 0);
  const result: Box[][] = Array.from({ length: columns }, () => []);
  let above = 0;
  for (const [index, group] of groups.entries()) {
    const middle = above + (closed[index] ?? 0) / 2;
    result[Math.min(columns - 1, Math.floor((middle / total) * columns))]?.push(boxOf(group));
    above += closed[index] ?? 0;
  }
  return result;
}

function boxHeight(cells: number): number {
  return BOX_HEAD + Math.ceil(cells / CELLS_A_ROW) * (CELL + CELL_GAP) + 8;
}

function boxOf(group: Group): Box {
  if (!group.open) return { id: group.id, width: BOX_WIDTH, height: boxHeight(group.members.length), group };
  const rest = group.members.length - group.cards.length;
  const height = (rest === 0 ? BOX_HEAD : boxHeight(rest)) + group.cards.length * (NODE_HEIGHT + CARD_GAP) + unfoldedHeight(group) + 8;
  return { id: group.id, width: OPEN_WIDTH, height, group };
}

function unfoldedHeight({ unfolded }: Group): number {
  return unfolded === null ? 0 : HOT_ROWS_HEIGHT;
}

function columnWidth(column: readonly Box[]): number {
  return Math.max(0, ...column.map((box) => box.width));
}

function place(columns: readonly (readonly Box[])[], heightShown: number): LaidOut {
  const places = new Map<string, Place>();
  const heights = columns.map((column) => column.reduce((sum, box) => sum + box.height + ROW_GAP, -ROW_GAP));
  const height = Math.max(0, ...heights);
  let x = 0;
  for (const [index, column] of columns.entries()) {
    const width = columnWidth(column);
    // A column is centred, but within what is visible at first, so that an ingress beside a long column need not be searched for.
    let y = Math.max(0, (Math.min(height, heightShown) - (heights[index] ?? 0)) / 2);
    for (const box of column) {
      places.set(box.id, { x, y, width: box.width, height: box.height });
      let cardY = y + BOX_HEAD;
      for (const card of box.group?.cards ?? []) {
        const height = NODE_HEIGHT + (card.id === box.group?.unfolded ? HOT_ROWS_HEIGHT : 0);
        places.set(card.id, { x: x + 16, y: cardY, width: NODE_WIDTH, height });
        cardY += height + CARD_GAP;
      }
      y += box.height + ROW_GAP;
    }
    x += width + COLUMN_GAP;
  }
  return { places, width: Math.max(0, x - COLUMN_GAP), height };
}
