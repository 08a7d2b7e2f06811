/**
 * Where edges run: from the boxes of the nodes to one cubic curve per edge, with its label where it covers nothing important. The lines and
 * the dots use the same curves. It is pure: the same boxes and edges give the same curves, whatever the traffic.
 */
export const NODE_WIDTH = 168;
export const NODE_HEIGHT = 54;
/** The height of the hottest entities under a card: three and a line below them. */
export const HOT_ROWS_HEIGHT = 80;
const ARROW = 7;
/** The width of the longest usual text ("1.2k/s · 3.2 ms"), with its background. */
const LABEL_WIDTH = 118;
const LABEL_HEIGHT = 16;
const LABEL_GAP = 2;
const PORT_SPREAD = 14;
const BACK_GAP_MAX = 60;
/** How many square pixels of boxes a label may cover; it must not cover another label. */
const LABEL_COVER_MAX = 100;
/** Lines are rasterised into cells of this many pixels, and a label may cover this many cells with a line. */
const CELL_WIDTH = 6;
const CELL_HEIGHT = 4;
const LABEL_CELLS_MAX = 2;
const CELL_COST = 20;

export interface Point {
  x: number;
  y: number;
}

/** Where a node is and, when it is no plain card, its size. */
export interface Place extends Point {
  width?: number;
  height?: number;
}

const widthOf = ({ width = NODE_WIDTH }: Place): number => width;
const heightOf = ({ height = NODE_HEIGHT }: Place): number => height;

export interface Curve {
  start: Point;
  bend1: Point;
  bend2: Point;
  end: Point;
  label: Point;
  /** Whether there is room for it beside its line. */
  labelFits: boolean;
  /** The approximate length, for the dots' speed. */
  length: number;
}

export interface EdgeEnds {
  id: string;
  from: string;
  to: string;
}

/** A box, given by its middle, that no label may cover. */
interface LabelBox extends Point {
  readonly width: number;
  readonly height: number;
}

type Bare = Pick<Curve, "start" | "bend1" | "bend2" | "end">;
type Side = "left" | "right" | "top" | "bottom";

interface Attached {
  edge: EdgeEnds;
  from: Place;
  to: Place;
  leaves: Side;
  enters: Side;
}

/** Routes every edge whose two nodes have a place. Boxes in `covered` take no label, and move no line. */
export function routeEdges(
  edges: readonly EdgeEnds[],
  places: ReadonlyMap<string, Place>,
  covered: readonly Place[] = [],
): Map<string, Curve> {
  const attached = edges.flatMap((edge): Attached[] => {
    const from = places.get(edge.from);
    const to = places.get(edge.to);
    return from === undefined || to === undefined ? [] : [{ edge, from, to, ...sides(from, to) }];
  });
  const offsets = portOffsets(attached);
  const taken = covered.map(
    (box): LabelBox => ({ x: box.x + widthOf(box) / 2, y: box.y + heightOf(box) / 2, width: widthOf(box), height: heightOf(box) }),
  );
  const bares = attached.map((item): [string, Bare] => {
    const start = portAt(item.from, item.leaves, offsets.get(`${item.edge.id} out`) ?? 0);
    const end = portAt(item.to, item.enters, offsets.get(`${item.edge.id} in`) ?? 0);
    const reach = reachOf(item, start, end);
    const bend1 = pushed(start, item.leaves, reach);
    const bend2 = pushed(end, item.enters, reach);
    return [item.edge.id, { start, bend1, bend2, end }];
  });
  const lines = cellsOf(bares);
  const curves = new Map<string, Curve>();
  for (const [id, bare] of bares) {
    const { at: label, fits: labelFits } = freeLabel(bare, { taken, places, lines });
    if (labelFits) taken.push({ ...label, width: LABEL_WIDTH, height: LABEL_HEIGHT });
    curves.set(id, { ...bare, label, labelFits, length: lengthOf(bare) });
  }
  return curves;
}

/** Returns the cells through which lines run. */
function cellsOf(bares: readonly (readonly [string, Bare])[]): Set<string> {
  const cells = new Set<string>();
  for (const [, bare] of bares) {
    const steps = Math.ceil(lengthOf(bare) / (CELL_HEIGHT / 2));
    for (let step = 0; step <= steps; step += 1) {
      const { x, y } = pointAt(bare, step / steps);
      cells.add(cellAt(x, y));
    }
  }
  return cells;
}

function cellAt(x: number, y: number): string {
  return `${Math.floor(x / CELL_WIDTH)} ${Math.floor(y / CELL_HEIGHT)}`;
}

function sides(from: Place, to: Place): { leaves: Side; enters: Side } {
  if (from === to) return { leaves: "top", enters: "top" };
  const dx = to.x - from.x;
  if (dx >= widthOf(from) + 24) return { leaves: "right", enters: "left" };
  if (-dx < widthOf(to) + 24 && to.y !== from.y)
    return to.y > from.y ? { leaves: "bottom", enters: "top" } : { leaves: "top", enters: "bottom" };
  // An edge back to the column before is straight; one further back runs below what is between.
  return -dx < 2 * (NODE_WIDTH + BACK_GAP_MAX) ? { leaves: "left", enters: "right" } : { leaves: "bottom", enters: "bottom" };
}

/** Spreads the edges that share a side of a node, in the order of where they come from or go to. */
function portOffsets(attached: readonly Attached[]): Map<string, number> {
  const groups = new Map<string, { key: string; sort: number }[]>();
  const sizes = new Map(
    attached.flatMap(({ edge, from, to }) => [
      [edge.from, { width: widthOf(from), height: heightOf(from) }],
      [edge.to, { width: widthOf(to), height: heightOf(to) }],
    ]),
  );
  const join = (group: string, entry: { key: string; sort: number }): void => {
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [entry]);
    else known.push(entry);
  };
  for (const { edge, from, to, leaves, enters } of attached) {
    const across = (side: Side, other: Point): number => (side === "left" || side === "right" ? other.y : other.x);
    join(`${edge.from} ${leaves}`, { key: `${edge.id} out`, sort: edge.from === edge.to ? Number.POSITIVE_INFINITY : across(leaves, to) });
    join(`${edge.to} ${enters}`, { key: `${edge.id} in`, sort: edge.from === edge.to ? Number.NEGATIVE_INFINITY : across(enters, from) });
  }
  const offsets = new Map<string, number>();
  for (const [group, entries] of groups) {
    const { height, width } = sizes.get(group.slice(0, group.lastIndexOf(" "))) ?? { height: NODE_HEIGHT, width: NODE_WIDTH };
    const room = group.endsWith("left") || group.endsWith("right") ? height - 20 : width - 48;
    const step = Math.min(PORT_SPREAD * (room > 60 ? 2 : 1), entries.length > 1 ? room / (entries.length - 1) : 0);
    const sorted = entries.toSorted((left, right) => left.sort - right.sort || (left.key < right.key ? -1 : 1));
    for (const [index, { key }] of sorted.entries()) offsets.set(key, (index - (sorted.length - 1) / 2) * step);
  }
  return offsets;
}

function portAt(box: Place, side: Side, offset: number): Point {
  switch (side) {
    case "left":
      return { x: box.x, y: box.y + heightOf(box) / 2 + offset };
    case "right":
      return { x: box.x + widthOf(box), y: box.y + heightOf(box) / 2 + offset };
    case "top":
      return { x: box.x + widthOf(box) / 2 + offset, y: box.y };
    case "bottom":
      return { x: box.x + widthOf(box) / 2 + offset, y: box.y + heightOf(box) };
  }
}

function pushed(point: Point, side: Side, reach: number): Point {
  switch (side) {
    case "left":
      return { x: point.x - reach, y: point.y };
    case "right":
      return { x: point.x + reach, y: point.y };
    case "top":
      return { x: point.x, y: point.y - reach };
    case "bottom":
      return { x: point.x, y: point.y + reach };
  }
}

function reachOf({ edge, leaves, enters }: Attached, start: Point, end: Point): number {
  if (edge.from === edge.to) return 52;
  if (leaves === enters) return 48 + Math.abs(end.x - start.x) * 0.16;
  const gap = leaves === "right" || leaves === "left" ? Math.abs(end.x - start.x) : Math.abs(end.y - start.y);
  return Math.max(28, gap * 0.46);
}

export function pointAt(curve: Bare, share: number): Point {
  const rest = 1 - share;
  const a = rest * rest * rest;
  const b = 3 * rest * rest * share;
  const c = 3 * rest * share * share;
  const d = share * share * share;
  return {
    x: a * curve.start.x + b * curve.bend1.x + c * curve.bend2.x + d * curve.end.x,
    y: a * curve.start.y + b * curve.bend1.y + c * curve.bend2.y + d * curve.end.y,
  };
}

export function pathOf({ start, bend1, bend2, end }: Curve): string {
  return `M${start.x},${start.y} C${bend1.x},${bend1.y} ${bend2.x},${bend2.y} ${end.x},${end.y}`;
}

/** Returns the arrow head at the end of a curve, as an SVG path. */
export function arrowOf({ bend2, end }: Curve): string {
  const away = Math.hypot(end.x - bend2.x, end.y - bend2.y) || 1;
  const x = (end.x - bend2.x) / away;
  const y = (end.y - bend2.y) / away;
  const back = { x: end.x - x * ARROW, y: end.y - y * ARROW };
  return `M${end.x},${end.y} L${back.x - y * ARROW * 0.55},${back.y + x * ARROW * 0.55} L${back.x + y * ARROW * 0.55},${back.y - x * ARROW * 0.55} Z`;
}

function lengthOf(curve: Bare): number {
  let length = 0;
  let before = curve.start;
  for (let step = 1; step <= 12; step += 1) {
    const point = pointAt(curve, step / 12);
    length += Math.hypot(point.x - before.x, point.y - before.y);
    before = point;
  }
  return length;
}

/**
 * Returns a point beside the line, not on it, because dots run there: above a line that leads right, below one that leads back, right of a
 * steep one; on the other side when `side` is -1.
 */
function beside(curve: Bare, share: number, side: 1 | -1): Point {
  const point = pointAt(curve, share);
  const ahead = pointAt(curve, share + 0.02);
  const level = Math.abs(ahead.x - point.x) >= Math.abs(ahead.y - point.y);
  if (!level) return { x: point.x + side * (LABEL_WIDTH / 2 + 4), y: point.y };
  return { x: point.x, y: point.y + side * (ahead.x >= point.x ? -LABEL_HEIGHT : LABEL_HEIGHT) };
}

interface Crowd {
  readonly taken: readonly LabelBox[];
  readonly places: ReadonlyMap<string, Place>;
  readonly lines: ReadonlySet<string>;
}

const labelShares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8];

/** Returns the place along the curve where the label covers least; the middle when nothing is in the way. */
function freeLabel(curve: Bare, { taken, places, lines }: Crowd): { at: Point; fits: boolean } {
  let best = { at: beside(curve, 0.5, 1), fits: false };
  let leastCost = Number.POSITIVE_INFINITY;
  for (const [share, side] of labelShares.flatMap((each): [number, 1 | -1][] => [
    [each, 1],
    [each, -1],
  ])) {
    const point = beside(curve, share, side);
    const onLines = linesUnder(point, lines);
    const onLabels = taken.reduce(
      (sum, { x, y, width, height }) => sum + overlap(point, { x, y, width: width + LABEL_GAP, height: height + LABEL_GAP }),
      0,
    );
    let cover = onLabels;
    for (const box of places.values())
      cover += overlap(point, {
        x: box.x + widthOf(box) / 2,
        y: box.y + heightOf(box) / 2,
        width: widthOf(box),
        height: heightOf(box),
      });
    // A place nearer to the middle is preferred.
    const cost = cover + onLines * CELL_COST + Math.abs(share - 0.5) * 40 + (side === 1 ? 0 : 10);
    if (cost < leastCost) {
      leastCost = cost;
      best = { at: point, fits: onLabels === 0 && cover < LABEL_COVER_MAX && onLines <= LABEL_CELLS_MAX };
    }
  }
  return best;
}

/** Counts the cells of a label through which a line runs. */
function linesUnder({ x, y }: Point, lines: ReadonlySet<string>): number {
  let count = 0;
  for (let dx = -LABEL_WIDTH / 2; dx <= LABEL_WIDTH / 2; dx += CELL_WIDTH)
    for (let dy = -LABEL_HEIGHT / 2; dy < LABEL_HEIGHT / 2; dy += CELL_HEIGHT) if (lines.has(cellAt(x + dx, y + dy))) count += 1;
  return count;
}

/** Returns the shared area of a label centred on `at` and a box given by its centre. */
function overlap(at: Point, box: { x: number; y: number; width: number; height: number }): number {
  const width = (LABEL_WIDTH + box.width) / 2 - Math.abs(at.x - box.x);
  const height = (LABEL_HEIGHT + box.height) / 2 - Math.abs(at.y - box.y);
  return width > 0 && height > 0 ? width * height : 0;
}
