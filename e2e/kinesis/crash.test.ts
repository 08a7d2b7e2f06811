/**
 * From stream to stream through kill -9 of the gateway, with a resharding on the way: each record is taken once (the entities count), and
 * is in the other stream at least once, each entity's first ones in order. The function runs embedded; Kinesis is kinesis-local.
 */
import { StringWrapper } from "@signalbox/proto";
import { expect, test } from "vitest";
import { Gateway } from "../stack/gateway.ts";
import { KinesisLocal } from "../stack/kinesis-local.ts";
import { until } from "../stack/until.ts";

const kills = 3;
const records = 400;
const entities = 8;
const runMsMax = 180_000;

const moduleYaml = (port: number): string => `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: relay/*
  source:
    type: code
    code: |
      import { entity, kinesisRecord, types } from "@signalbox/functions";
      export const counter = entity("relay/counter", {
        state: { count: types.int },
        messages: { text: types.string },
        on: {
          text(ctx, text: string) {
            const count = (ctx.state.count.get() ?? 0) + 1;
            ctx.state.count.set(count);
            const value = ctx.self.id + " " + text + " " + count;
            ctx.egress("relay/out", kinesisRecord({ stream: "out", partitionKey: ctx.self.id, value }));
          },
        },
      });
---
kind: io.statefun.kinesis.v1/ingress
spec:
  id: relay/in
  awsRegion: {type: custom-endpoint, endpoint: "http://127.0.0.1:${port}", id: us-east-1}
  awsCredentials: {type: basic, accessKeyId: local, secretAccessKey: local}
  startupPosition: {type: earliest}
  streams: [{stream: in, valueType: io.statefun.types/string, targets: [relay/counter]}]
---
kind: io.statefun.kinesis.v1/egress
spec:
  id: relay/out
  awsRegion: {type: custom-endpoint, endpoint: "http://127.0.0.1:${port}", id: us-east-1}
  awsCredentials: {type: basic, accessKeyId: local, secretAccessKey: local}
`;

const idOf = (number: number): string => `e${number % entities}`;

test(
  "a gateway that is killed between two Kinesis streams takes each record once and loses none",
  async () => {
    await using kinesis = await KinesisLocal.start();
    for (const stream of ["in", "out"]) await kinesis.create(stream, 2);
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("relay", moduleYaml(kinesis.port));
    const countOf = async (id: string): Promise<number> => Number((await gateway.api.state({ type: "relay/counter", id }, "count")) ?? 0);
    const counted = async (): Promise<number> => {
      let sum = 0;
      for (let entity = 0; entity < entities; entity++) sum += await countOf(`e${entity}`).catch(() => 0);
      return sum;
    };
    const piece = records / (kills + 1);
    for (let turn = 0; turn <= kills; turn++) {
      for (let number = turn * piece + 1; number <= (turn + 1) * piece; number++)
        await kinesis.put("in", idOf(number), StringWrapper.encode({ value: String(number) }).finish());
      if (turn === 1) await kinesis.split("in", "shardId-000000000000");
      if (turn === kills) break;
      const count = turn * piece + Math.ceil(Math.random() * piece * 0.5);
      await until(async () => (await counted()) >= count, {
        what: `${count} records`,
        said: () => gateway.output,
        timeoutMs: runMsMax,
      });
      await gateway.kill();
      await gateway.start();
    }
    await until(async () => (await counted()) >= records, { what: "all", said: () => gateway.output, timeoutMs: runMsMax });
    const isEmpty = async (): Promise<boolean> => (await gateway.api.egressRecords("relay/out")).length === 0;
    await until(isEmpty, { what: "the outbox to be empty", timeoutMs: runMsMax });
    const seen = await kinesis.texts("out");
    for (let entity = 0; entity < entities; entity++) {
      const id = `e${entity}`;
      const numbers = Array.from({ length: records }, (_, index) => index + 1).filter((number) => idOf(number) === id);
      expect(await countOf(id)).toBe(numbers.length);
      const own = [...new Set(seen.filter((text) => text.startsWith(`${id} `)))];
      expect(own).toEqual(numbers.map((number, index) => `${id} ${number} ${index + 1}`));
    }
  },
  runMsMax * 2,
);
