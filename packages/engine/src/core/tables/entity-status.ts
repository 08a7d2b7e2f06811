/**
 * The life of an entity, as a total table: a missing cell does not compile, a `never` cell that is reached stops the partition.
 *
 *   idle ──message──► ready ──dispatch──► (loading ──loaded──► ready) ──► in-flight ──end──► ready | idle
 *                       ▲                                                    │ fail
 *                       └───────── due ───────── backing-off ◄──────────────┤
 *   paused, parked: wait for a person, mailbox kept  ◄───────────────────────┘ park
 *   held: at a breakpoint (scheduling/breakpoints.ts), from ready and back to it
 */
import { invariant } from "../../model/invariant.ts";

export type CoreEntityStatus = "idle" | "loading" | "ready" | "in-flight" | "backing-off" | "paused" | "parked" | "held";
export type EntityEvent =
  | "message"
  | "load"
  | "loaded"
  | "dispatch"
  | "end-more"
  | "end-empty"
  | "release"
  | "back-off"
  | "due"
  | "park"
  | "pause"
  | "resume"
  | "drain-empty"
  | "hold";
type Next = CoreEntityStatus | "never";

const _ = "never";

// biome-ignore format: a table reads as a table, two lines a status
const transitions: Record<CoreEntityStatus, Record<EntityEvent, Next>> = {
  idle: {
    message: "ready", load: _, loaded: _, dispatch: _, "end-more": _, "end-empty": _, release: _,
    "back-off": _, due: _, park: _, pause: "paused", resume: _, "drain-empty": "idle", hold: _,
  },
  loading: {
    message: "loading", load: _, loaded: "ready", dispatch: _, "end-more": _, "end-empty": _, release: _,
    "back-off": _, due: _, park: _, pause: _, resume: _, "drain-empty": _, hold: _,
  },
  ready: {
    message: "ready", load: "loading", loaded: _, dispatch: "in-flight", "end-more": _, "end-empty": _, release: _,
    "back-off": _, due: _, park: _, pause: "paused", resume: _, "drain-empty": "idle", hold: "held",
  },
  "in-flight": {
    message: "in-flight", load: _, loaded: _, dispatch: "in-flight", "end-more": "ready", "end-empty": "idle", release: "ready",
    "back-off": "backing-off", due: _, park: "parked", pause: _, resume: _, "drain-empty": _, hold: _,
  },
  "backing-off": {
    message: "backing-off", load: _, loaded: _, dispatch: _, "end-more": _, "end-empty": _, release: _,
    "back-off": _, due: "ready", park: _, pause: "paused", resume: _, "drain-empty": "idle", hold: _,
  },
  paused: {
    message: "paused", load: _, loaded: _, dispatch: _, "end-more": _, "end-empty": _, release: _,
    "back-off": _, due: _, park: _, pause: "paused", resume: "ready", "drain-empty": "paused", hold: _,
  },
  parked: {
    message: "parked", load: _, loaded: _, dispatch: _, "end-more": _, "end-empty": _, release: _,
    "back-off": _, due: _, park: _, pause: "paused", resume: "ready", "drain-empty": "idle", hold: _,
  },
  held: {
    message: "held", load: _, loaded: _, dispatch: _, "end-more": _, "end-empty": _, release: _,
    "back-off": _, due: _, park: _, pause: "paused", resume: "ready", "drain-empty": "idle", hold: _,
  },
};

export function nextStatus(status: CoreEntityStatus, event: EntityEvent): CoreEntityStatus {
  const next = transitions[status][event];
  invariant(next !== "never", `entity event ${event} in status ${status}`);
  return next;
}
