/** What functions on Flink can and cannot be asked for, in the words in which the console shows it. */
import { able, unable, type Capabilities } from "@signalbox/runtime";

const embedded = "Run the embedded engine (SIGNALBOX_RUNTIME=embedded) where this is needed.";

export const flinkCapabilities: Capabilities = {
  messages: able,
  durability: able,
  answers: unable("what a function sends to its caller stays inside of Flink", embedded),
  entities: unable("state and mailboxes of entities lie in Flink, which shows none of them while it runs", embedded),
  journal: unable("Flink keeps no record of single invocations", embedded),
  egress: able,
  savepoints: unable("savepoints of Flink are taken by its own means for now", "Take one by Flink's REST API, or run the embedded engine."),
  lifecycle: able,
  watch: unable("functions are called by Flink, not by the gateway", embedded),
  "every-event": unable("functions are called by Flink, not by the gateway", embedded),
};
