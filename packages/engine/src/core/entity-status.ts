/**
 * The life of an entity, as a total table: a missing cell does not compile, a `never` cell that is reached stops the partition.
 *
 *   idle ──message──► ready ──dispatch──► (loading ──loaded──► ready) ──► in-flight ──end──► ready | idle
 *                       ▲                                                    │ fail
 *                       └───────── due ───────── backing-off ◄──────────────┤
 *   paused, parked: wait for a person, mailbox kept  ◄───────────────────────┘ park
 */
import { invariant } from "../model/invariant.ts";

export type CoreEntityStatus = "idle" | "loading" | "ready" | "in-flight" | "backing-off" | "paused" | "parked";
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
  | "drain-empty";
type Next = CoreEntityStatus | "never";

const transitions: Record<CoreEntityStatus, Record<EntityEvent, Next>> = {
  idle: {
    message: "ready",
    load: "never",
    loaded: "never",
    dispatch: "never",
    "end-more": "never",
    "end-empty": "never",
    release: "never",
    "back-off": "never",
    due: "never",
    park: "never",
    pause: "paused",
    resume: "never",
    "drain-empty": "idle",
  },
  loading: {
    message: "loading",
    load: "never",
    loaded: "ready",
    dispatch: "never",
    "end-more": "never",
    "end-empty": "never",
    release: "never",
    "back-off": "never",
    due: "never",
    park: "never",
    pause: "never",
    resume: "never",
    "drain-empty": "never",
  },
  ready: {
    message: "ready",
    load: "loading",
    loaded: "never",
    dispatch: "in-flight",
    "end-more": "never",
    "end-empty": "never",
    release: "never",
    "back-off": "never",
    due: "never",
    park: "never",
    pause: "paused",
    resume: "never",
    "drain-empty": "idle",
  },
  "in-flight": {
    message: "in-flight",
    load: "never",
    loaded: "never",
    dispatch: "in-flight",
    "end-more": "ready",
    "end-empty": "idle",
    release: "ready",
    "back-off": "backing-off",
    due: "never",
    park: "parked",
    pause: "never",
    resume: "never",
    "drain-empty": "never",
  },
  "backing-off": {
    message: "backing-off",
    load: "never",
    loaded: "never",
    dispatch: "never",
    "end-more": "never",
    "end-empty": "never",
    release: "never",
    "back-off": "never",
    due: "ready",
    park: "never",
    pause: "paused",
    resume: "never",
    "drain-empty": "idle",
  },
  paused: {
    message: "paused",
    load: "never",
    loaded: "never",
    dispatch: "never",
    "end-more": "never",
    "end-empty": "never",
    release: "never",
    "back-off": "never",
    due: "never",
    park: "never",
    pause: "paused",
    resume: "ready",
    "drain-empty": "paused",
  },
  parked: {
    message: "parked",
    load: "never",
    loaded: "never",
    dispatch: "never",
    "end-more": "never",
    "end-empty": "never",
    release: "never",
    "back-off": "never",
    due: "never",
    park: "never",
    pause: "paused",
    resume: "ready",
    "drain-empty": "idle",
  },
};

export function nextStatus(status: CoreEntityStatus, event: EntityEvent): CoreEntityStatus {
  const next = transitions[status][event];
  invariant(next !== "never", `entity event ${event} in status ${status}`);
  return next;
}
