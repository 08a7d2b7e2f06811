/**
 * Dots: a bounded sample of the messages that moved since the last tick, each a real one. Busy edges are thinned evenly by the
 * stride that their last tick asked for, so that a quiet edge beside a busy one keeps its dots.
 */
import type { FlowDot } from "../trpc/views.ts";
import type { EdgeTraffic } from "./traffic.ts";

const dotsPerEdgeMax = 12;
const dotsPerTickMax = 240;

export interface Moved {
  readonly sequence: number;
  readonly trace: number;
  readonly atMs: number;
  readonly failed: boolean;
}

export class Dots {
  /** While nobody watches the flow, only counts are kept. */
  sampling = false;
  #moved = 0;
  #dots: FlowDot[] = [];
  #busy: EdgeTraffic[] = [];

  move(edge: EdgeTraffic, moved: Moved): void {
    if (edge.movedInFrame === 0) this.#busy.push(edge);
    edge.movedInFrame += 1;
    this.#moved += 1;
    if (!this.sampling || edge.movedInFrame % edge.stride !== 0 || this.#dots.length >= dotsPerTickMax) return;
    this.#dots.push({ edge: edge.id, sequence: moved.sequence, trace: moved.trace, atMs: moved.atMs, failed: moved.failed });
  }

  take(): { dots: FlowDot[]; moved: number } {
    const taken = { dots: this.#dots, moved: this.#moved };
    for (const edge of this.#busy) {
      edge.stride = Math.max(1, Math.ceil(edge.movedInFrame / dotsPerEdgeMax));
      edge.movedInFrame = 0;
    }
    this.#busy = [];
    this.#dots = [];
    this.#moved = 0;
    return taken;
  }
}
