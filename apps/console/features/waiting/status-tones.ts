/**
 * statusTones: the tone of each status, for rows without a reason; its word is in words/status. Neighbour: wait-words.ts, which has the
 * reasons.
 */
import type { EntityRow } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";

export const statusTones: Record<EntityRow["status"], Tone> = {
  idle: "quiet",
  loading: "message",
  waiting: "caution",
  ready: "message",
  "in-flight": "message",
  "backing-off": "caution",
  paused: "caution",
  parked: "danger",
  held: "caution",
};
