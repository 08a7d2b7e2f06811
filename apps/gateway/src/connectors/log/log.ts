/** The log egress: records stay in the outbox until somebody acknowledges them through the API (GET and DELETE /v1/egresses). It opens nothing. */
import { egress } from "../connector.ts";
import { ioId, readId } from "../io-id.ts";

export const logEgress = egress({
  direction: "egress",
  kind: "io.signalbox.v1/egress",
  word: "log",
  meaning: "A log of records that stay until acknowledged through the API.",
  shape: { id: ioId },
  read: (spec) => ({ ...readId(spec, "egress"), spec: {} }),
  open: async () => ({ close: async () => undefined }),
});
