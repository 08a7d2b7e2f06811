/** Breakpoint: one breakpoint in force. Who is held at it is in breakpoint-table.ts. */
import type { BreakpointSpec } from "../../model/breakpoint.ts";
import type { MessageCondition } from "../../model/message-condition.ts";

export interface Breakpoint {
  readonly spec: BreakpointSpec;
  /** Of its spec, compiled; undefined: it holds all messages. */
  readonly condition: MessageCondition | undefined;
  untilMs: number;
  /** It had to hold more than it may, and holds nothing any more. */
  isFull: boolean;
}
