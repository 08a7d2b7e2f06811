/** FlinkCapabilities: what functions on Flink can and cannot do, in the words that the console shows. */
import { able, unable, type Capabilities } from "@signalbox/runtime";

const embedded = "Run the embedded engine (SIGNALBOX_RUNTIME=embedded) where this is needed.";

const direct = unable(
  "all endpoints are called by Flink itself, past the gateway",
  "Leave SIGNALBOX_FLINK_DIRECT out: the gateway then stands between.",
);

/** `isSeen`: whether at least one endpoint is called through the gateway. */
export function flinkCapabilities(isSeen: boolean): Capabilities {
  return {
    messages: able,
    durability: able,
    answers: isSeen ? able : direct,
    entities: isSeen ? able : direct,
    "current-state": unable(
      "Flink keeps the state; what is shown is what the gateway saw at the last call of the function",
      "Take a savepoint for what counts.",
    ),
    "entity-actions": unable("Flink holds the mailboxes and delivers from them itself", embedded),
    journal: unable("Flink keeps no record of single invocations", embedded),
    egress: able,
    savepoints: able,
    lifecycle: able,
    watch: isSeen ? able : direct,
    breakpoints: unable("Flink holds the mailboxes and calls functions from them itself", embedded),
    erasure: unable(
      "Flink keeps state and messages in files of its own",
      "Let the functions clear their state, and drop Flink's savepoints.",
    ),
    "every-event": isSeen ? able : direct,
  };
}
