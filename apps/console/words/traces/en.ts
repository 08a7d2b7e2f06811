/** The texts of the list of traces. Neighbours: de.ts, use-traces-words.ts. */
import { counted } from "../../format/numbers.ts";

export const en = {
  columns: {
    at: "Started",
    state: "State",
    target: "First entity",
    message: "Message",
    value: "Value",
    hops: "Invocations",
    trace: "Trace",
  },
  is: {
    completed: "complete",
    parked: "parked",
    running: "goes on",
  },
  pauseKey: "Pause or go on",
  live: "The newest, as they come",
  paused: "Paused",
  pause: "Pause",
  goOn: "Go on",
  filter: "Filter the traces",
  table: "Traces, newest first",
  none: "No traces yet",
  send: "Send a message",
  noneAbout:
    "Every message that enters starts a trace: all invocations, messages and egress records that follow from it. The newest will be here.",
  noneFits: "No trace fits this filter, as far as was looked",
  further: "Look further back",
  clear: "Clear the filter",
  notLooked: "Older ones were not looked at.",
  older: "Show older",
  shown: (count: number) => `${counted(count, "trace", "traces")} shown.`,
};

export type TracesWords = typeof en;
