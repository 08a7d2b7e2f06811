/** statusTones: the tone and the word of each status, for rows that have no reason with them. Neighbour: wait-words.ts, which has the reasons. */
import type { EntityRow } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";

export const statusTones: Record<EntityRow["status"], { tone: Tone; word: string }> = {
  idle: { tone: "quiet", word: "idle" },
  loading: { tone: "message", word: "loading" },
  waiting: { tone: "caution", word: "waiting" },
  ready: { tone: "message", word: "ready" },
  "in-flight": { tone: "message", word: "in flight" },
  "backing-off": { tone: "caution", word: "backing off" },
  paused: { tone: "caution", word: "paused" },
  parked: { tone: "danger", word: "parked" },
  held: { tone: "caution", word: "held" },
};
