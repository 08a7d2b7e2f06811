/** The log egress over an engine in memory: it is asked through the API of the engine, as GET and DELETE /v1/egresses do. */
import { logEgress } from "../../../src/connectors/log/log.ts";
import { pulledConformance } from "../pulled-conformance.ts";

pulledConformance(logEgress, "that is a log", async () => ({
  spec: {},
  recordOf: (text) => ({ typename: "t/v", bytes: Buffer.from(text) }),
  next: async ({ engine }) => {
    const [first] = await engine.egressRecords({ egress: "shop/io", limit: 1 });
    if (first !== undefined) await engine.egressAcknowledge("shop/io", first.sequence);
    return first && Buffer.from(first.value.bytes).toString();
  },
}));
