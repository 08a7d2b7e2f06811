/** Breakpoint: one breakpoint in force. Who is held at it is in breakpoint-table.ts. */
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import type { MessageCondition } from "@signalbox/runtime/model/message-condition";

export interface Breakpoint {
  readonly spec: BreakpointSpec;
  /** The compiled condition of its spec; undefined when it holds all messages. */
  readonly condition: MessageCondition | undefined;
  untilMs: number;
  /** It would have held more than it may, and from then on holds nothing. */
  isFull: boolean;
}
