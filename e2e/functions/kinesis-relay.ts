/** From a Kinesis ingress to a Kinesis egress: each record leaves with how many its key had until then. */
import { bytes, entity, kinesisRecord, types } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";

const Record = bytes("test/record");

const relay = entity("test/relay", {
  state: { count: types.int },
  messages: { record: Record },
  on: {
    record(ctx, value) {
      const count = (ctx.state.count.get() ?? 0) + 1;
      ctx.state.count.set(count);
      const text = `${ctx.self.id} ${Buffer.from(value).toString("utf8")} ${count}`;
      ctx.egress("test/out", kinesisRecord({ stream: "out", partitionKey: ctx.self.id, value: text }));
    },
  },
});

await serve([relay], { port: Number(process.env["PORT"]) });
