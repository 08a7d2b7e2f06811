/**
 * The dots on their way: each is one real message that travels its edge once. There are at most DOTS_MAX; on a held edge the dots stay
 * where they are. It knows nothing of canvas or React, so that it can be tested.
 */
import type { FlowDot } from "../../../trpc/views.ts";
import { pointAt, type Curve, type Point } from "./geometry.ts";

export const DOTS_MAX = 4_000;
const PIXELS_PER_MS = 0.24;
const TRAVEL_MS_MIN = 600;
const TRAVEL_MS_MAX = 1_800;
const SPREAD_MS_MAX = 1_000;

export interface MovingDot {
  dot: FlowDot;
  /** The line along which it is drawn: its edge's own, or that of a bundle. */
  line: string;
  /** 0 at the start of the edge, 1 at its end; below 0 it has not set out. */
  progress: number;
  travelMs: number;
}

export class DotField {
  #dots: MovingDot[] = [];
  #curves: ReadonlyMap<string, Curve> = new Map();
  #lineOf: (edge: string) => string | undefined = (edge) => edge;
  #held: string | null = null;

  /** `lineOf` returns the line along which the dots of an edge are drawn; undefined for an edge inside a closed box. */
  setCurves(curves: ReadonlyMap<string, Curve>, lineOf: (edge: string) => string | undefined = (edge) => edge): void {
    this.#curves = curves;
    this.#lineOf = lineOf;
    for (const moving of this.#dots) moving.line = lineOf(moving.dot.edge) ?? moving.line;
  }

  lineOf(dot: FlowDot): string | undefined {
    return this.#lineOf(dot.edge);
  }

  /** Stops the dots of one line so that they can be looked at; null releases them. */
  hold(line: string | null): void {
    this.#held = line;
  }

  /** The dots of one frame set out in the rhythm in which their messages moved. */
  add(dots: readonly FlowDot[]): void {
    const first = dots.reduce((earliest, dot) => Math.min(earliest, dot.atMs), Number.POSITIVE_INFINITY);
    for (const dot of dots) {
      const line = this.#lineOf(dot.edge);
      const curve = line === undefined ? undefined : this.#curves.get(line);
      if (line === undefined || curve === undefined || line === this.#held || this.#dots.length >= DOTS_MAX) continue;
      const travelMs = Math.min(TRAVEL_MS_MAX, Math.max(TRAVEL_MS_MIN, curve.length / PIXELS_PER_MS));
      this.#dots.push({ dot, line, travelMs, progress: -Math.min(dot.atMs - first, SPREAD_MS_MAX) / travelMs });
    }
  }

  step(elapsedMs: number): void {
    this.#dots = this.#dots.filter((moving) => {
      if (moving.line === this.#held) return moving.progress >= 0;
      moving.progress += elapsedMs / moving.travelMs;
      return moving.progress < 1;
    });
  }

  get size(): number {
    return this.#dots.length;
  }

  clear(): void {
    this.#dots = [];
  }

  /** Draws each dot where it is now. */
  *places(): Generator<{ dot: FlowDot; at: Point }> {
    for (const { dot, line, progress } of this.#dots) {
      const curve = this.#curves.get(line);
      if (progress >= 0 && curve !== undefined) yield { dot, at: pointAt(curve, progress) };
    }
  }

  /** Returns the dot nearest to a point, within `reach`. */
  nearest(point: Point, reach: number): FlowDot | undefined {
    let best: FlowDot | undefined;
    let least = reach;
    for (const { dot, at } of this.places()) {
      const distance = Math.hypot(at.x - point.x, at.y - point.y);
      if (distance <= least) {
        least = distance;
        best = dot;
      }
    }
    return best;
  }
}
