/**
 * Draws the timeline on its canvas with the theme's colours. It is called after every frame; ~200 rectangles take well under a millisecond.
 */
import type { TimelineColumn } from "./timeline-columns.ts";
import { tallness, type TimelineScale } from "./timeline-scale.ts";

const GAP_MAX = 1.5;
const MARK_SIZE = 7;
/** How many pixels a mark may be away from its moment. */
const MARK_PUSH_MAX = 24;

export interface TimelinePicture {
  columns: readonly TimelineColumn[];
  width: number;
  hovered: number | null;
  scale: TimelineScale;
  stepMs: number;
  /** A share from 0 to 1; null for now. */
  cursor: number | null;
}

export function drawTimeline(canvas: HTMLCanvasElement, { columns, width, hovered, scale, stepMs, cursor }: TimelinePicture): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const ink = inks(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (columns.length === 0) return;
  const step = width / columns.length;
  const room = height - MARK_SIZE - 3;
  const tall = (count: number, least: number): number => Math.max(least, tallness((count * 1_000) / stepMs, scale) * room);
  // The lines beside which the numbers at the left are written.
  context.fillStyle = ink.base;
  for (const rate of [scale.top, scale.middle]) context.fillRect(0, Math.round(height - tallness(rate, scale) * room), width, 1);
  for (const [index, column] of columns.entries()) {
    const left = index * step;
    const barWidth = Math.max(1, step - Math.min(GAP_MAX, step / 4));
    context.fillStyle = ink.base;
    context.fillRect(left, height - 1, column.known ? barWidth : 1, 1);
    if (column.messages > 0) {
      const top = tall(column.messages, 2);
      context.fillStyle = index === hovered ? ink.message : ink.bar;
      context.fillRect(left, height - top, barWidth, top);
    } else if (index === hovered) {
      context.fillStyle = ink.message;
      context.fillRect(left, height - 2, barWidth, 2);
    }
    if (column.failures > 0) {
      const top = tall(column.failures, 4);
      context.fillStyle = ink.danger;
      context.fillRect(left, height - top, barWidth, top);
      // A notch in the middle tells failures apart without colour.
      context.fillStyle = ink.panel;
      context.fillRect(left + barWidth / 2 - 0.5, height - top, 1, 2);
    }
  }
  drawLatency(context, { columns, step, height, room, ink });
  if (cursor !== null) drawCursor(context, { x: cursor * width, width, height, ink });
  // Marks of one moment are side by side; one that would be pushed far off its moment is left out.
  let free = 0;
  for (const [index, column] of columns.entries()) {
    for (const mark of column.marks) {
      const at = index * step + step / 2;
      const x = Math.max(at, free);
      if (x - at > MARK_PUSH_MAX) continue;
      drawMark(context, { kind: mark.kind, x, y: MARK_SIZE / 2 + 1, ink });
      free = x + MARK_SIZE + 1;
    }
  }
}

/** Draws p99 from 0.1 ms to 10 s, logarithmic: higher is slower, and the text above has the numbers. */
function drawLatency(
  context: CanvasRenderingContext2D,
  { columns, step, height, room, ink }: { columns: readonly TimelineColumn[]; step: number; height: number; room: number; ink: Inks },
): void {
  context.beginPath();
  let drawing = false;
  for (const [index, { p99Ms }] of columns.entries()) {
    if (p99Ms === null) {
      drawing = false;
      continue;
    }
    const share = Math.min(1, Math.max(0, (Math.log10(Math.max(p99Ms, 0.1)) + 1) / 5));
    const [x, y] = [index * step + step / 2, height - 1 - share * room];
    if (drawing) context.lineTo(x, y);
    else context.moveTo(x, y);
    drawing = true;
  }
  context.strokeStyle = ink.text;
  context.lineWidth = 1;
  context.stroke();
}

/** Dims what came after the moment. */
function drawCursor(
  context: CanvasRenderingContext2D,
  { x, width, height, ink }: { x: number; width: number; height: number; ink: Inks },
): void {
  context.globalAlpha = 0.6;
  context.fillStyle = ink.panel;
  context.fillRect(x, 0, width - x, height);
  context.globalAlpha = 1;
  context.fillStyle = ink.caution;
  context.fillRect(Math.round(x) - 1, 0, 2, height);
}

interface Inks {
  text: string;
  base: string;
  bar: string;
  message: string;
  danger: string;
  caution: string;
  panel: string;
}

function inks(element: HTMLElement): Inks {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: token("--text"),
    base: token("--line"),
    bar: token("--timeline-bar"),
    message: token("--message"),
    danger: token("--danger"),
    caution: token("--caution"),
    panel: token("--panel"),
  };
}

/**
 * Marks are neutral in colour and differ in shape. Savepoint: a ring. Restore: a diamond. Module: a triangle. Start of the gateway: an
 * upright bar.
 */
function drawMark(
  context: CanvasRenderingContext2D,
  { kind, x, y, ink }: { kind: "savepoint" | "restore" | "module" | "restart"; x: number; y: number; ink: Inks },
): void {
  const half = MARK_SIZE / 2;
  context.beginPath();
  switch (kind) {
    case "savepoint":
      context.arc(x, y, half, 0, Math.PI * 2);
      context.fillStyle = ink.text;
      break;
    case "restore":
      context.moveTo(x, y - half - 0.5);
      context.lineTo(x + half + 0.5, y);
      context.lineTo(x, y + half + 0.5);
      context.lineTo(x - half - 0.5, y);
      context.fillStyle = ink.text;
      break;
    case "module":
      context.moveTo(x - half, y - half);
      context.lineTo(x + half, y - half);
      context.lineTo(x, y + half);
      context.fillStyle = ink.text;
      break;
    case "restart":
      context.rect(x - 1.5, y - half, 3, MARK_SIZE);
      context.fillStyle = ink.text;
      break;
  }
  context.closePath();
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = ink.panel;
  context.stroke();
}
