/**
 * A relay between two systems: each record leaves with the number of records that its key had until then, so that a message that counted
 * twice is visible.
 * Neighbours: kafka-relay.ts, kinesis-relay.ts.
 */
import { type AnyEntity, bytes, type EgressRecord, entity, types } from "@signalbox/functions";

const Record = bytes("test/record");

/** `record` makes what leaves by the egress test/out for a key, its value and its count; undefined when nothing leaves. */
export function countingRelay(record: (key: string, value: string, count: number) => EgressRecord | undefined): AnyEntity {
  return entity("test/relay", {
    state: { count: types.int },
    messages: { record: Record },
    on: {
      record(ctx, value) {
        const count = (ctx.state.count.get() ?? 0) + 1;
        ctx.state.count.set(count);
        const leaves = record(ctx.self.id, Buffer.from(value).toString("utf8"), count);
        if (leaves !== undefined) ctx.egress("test/out", leaves);
      },
    },
  });
}
