/** Breakpoint: one breakpoint in force. Who is held at it is in breakpoint-table.ts. */
import type { BreakpointSpec } from "../../model/breakpoint.ts";

export interface Breakpoint {
  readonly spec: BreakpointSpec;
  untilMs: number;
  /** It had to hold more than it may, and holds nothing any more. */
  isFull: boolean;
}
