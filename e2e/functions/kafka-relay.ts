/**
 * From a Kafka ingress to a Kafka egress: each record leaves with how many its key had until then, so that a message that counted twice shows. With an empty
 * TOPIC nothing leaves.
 */
import { bytes, entity, kafkaRecord, types } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";

const Record = bytes("test/record");
const topic = process.env["TOPIC"] ?? "out";

const relay = entity("test/relay", {
  state: { count: types.int },
  messages: { record: Record },
  on: {
    record(ctx, value) {
      const count = (ctx.state.count.get() ?? 0) + 1;
      ctx.state.count.set(count);
      if (topic !== "")
        ctx.egress("test/out", kafkaRecord({ topic, key: ctx.self.id, value: `${Buffer.from(value).toString("utf8")} ${count}` }));
    },
  },
});

await serve([relay], { port: Number(process.env["PORT"]) });
