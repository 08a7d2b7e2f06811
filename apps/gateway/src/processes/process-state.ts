/**
 * ProcessState: what one instance of a co-located endpoint does, as a table: every event has a next state in every state.
 *
 *   starting ──listening──► running ──drain──► draining ──exited──► stopped
 *      │ exited                │ exited
 *      ▼                       ▼
 *   backing-off ──due──► starting            refused (no such program or folder) ──due──► starting
 * process-instance.ts performs what the states mean.
 */
import type { ProcessState } from "../contract/functions/process.ts";

export const processEvents = ["listening", "exited", "not-startable", "due", "drain"] as const;
export type ProcessEvent = (typeof processEvents)[number];

const table: Readonly<Record<ProcessState, Readonly<Record<ProcessEvent, ProcessState>>>> = {
  starting: { listening: "running", exited: "backing-off", "not-startable": "refused", due: "starting", drain: "draining" },
  running: { listening: "running", exited: "backing-off", "not-startable": "running", due: "running", drain: "draining" },
  draining: { listening: "draining", exited: "stopped", "not-startable": "stopped", due: "draining", drain: "draining" },
  "backing-off": {
    listening: "backing-off",
    exited: "backing-off",
    "not-startable": "backing-off",
    due: "starting",
    drain: "stopped",
  },
  refused: { listening: "refused", exited: "refused", "not-startable": "refused", due: "starting", drain: "stopped" },
  stopped: { listening: "stopped", exited: "stopped", "not-startable": "stopped", due: "stopped", drain: "stopped" },
};

export function nextProcessState(state: ProcessState, event: ProcessEvent): ProcessState {
  return table[state][event];
}
