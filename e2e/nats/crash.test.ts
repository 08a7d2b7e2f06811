/**
 * From stream to stream through kill -9 of the gateway and of nats-server: every message is in the other stream once, each entity's in
 * order. The function runs embedded. Skipped with the reason where there is no nats-server. NATS_CRASH_KILLS and NATS_CRASH_RECORDS make a
 * longer run.
 */
import { StringWrapper } from "@signalbox/proto";
import { describe, expect, it } from "vitest";
import { Gateway } from "../stack/gateway.ts";
import { NatsServer, whyNoNats } from "../stack/nats-server.ts";
import { until } from "../stack/until.ts";

const reason = whyNoNats();
const kills = Number(process.env["NATS_CRASH_KILLS"] ?? 4);
const records = Number(process.env["NATS_CRASH_RECORDS"] ?? 2000);
const entities = 20;
const runMsMax = 120_000 + kills * 20_000;

const moduleYaml = (port: number): string => `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: relay/*
  source:
    type: code
    code: |
      import { entity, record, types } from "@signalbox/functions";
      export const counter = entity("relay/counter", {
        state: { count: types.int },
        messages: { text: types.string },
        on: {
          text(ctx, text: string) {
            const count = (ctx.state.count.get() ?? 0) + 1;
            ctx.state.count.set(count);
            ctx.egress("relay/out", record(types.string, ctx.self.id + " " + text + " " + count));
          },
        },
      });
---
kind: io.signalbox.nats.v1/ingress
spec:
  id: relay/in
  servers: [nats://127.0.0.1:${port}]
  stream: in
  startupPosition: { type: earliest }
  valueType: io.statefun.types/string
  targets: [relay/counter]
---
kind: io.signalbox.nats.v1/egress
spec:
  id: relay/out
  servers: [nats://127.0.0.1:${port}]
  subject: out.{id}
  stream: out
`;

async function feed(server: NatsServer, from: number, through: number): Promise<void> {
  for (let number = from; number <= through; number++) {
    const bytes = StringWrapper.encode({ value: String(number) }).finish();
    await server.client.publish(`in.e${number % entities}`, bytes, { msgID: String(number) });
  }
}

/** Reads the stream that messages leave to: "e3 103 6" is number 103, the sixth of e3. */
async function out(server: NatsServer): Promise<string[]> {
  const manager = await server.manager;
  const { state } = await manager.streams.info("out");
  const texts: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++)
    texts.push(Buffer.from((await manager.streams.getMessage("out", { seq }))?.data ?? []).toString());
  return texts;
}

describe.skipIf(reason !== undefined)(
  `a gateway from stream to stream on a real nats-server${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    it(
      "loses, doubles and reorders nothing, whichever process is killed",
      async () => {
        await using server = await NatsServer.start();
        const manager = await server.manager;
        for (const name of ["in", "out"]) await manager.streams.add({ name, subjects: [`${name}.>`] });
        await using gateway = await Gateway.start();
        await gateway.api.applyModule("relay", moduleYaml(server.port));
        const reached = async (count: number): Promise<boolean> => {
          const { state } = await (await server.manager).streams.info("out");
          return state.messages >= count;
        };
        const piece = Math.ceil(records / (kills + 1));
        for (let turn = 0; turn <= kills; turn++) {
          await feed(server, turn * piece + 1, Math.min(records, (turn + 1) * piece));
          const count = turn * piece + Math.ceil(Math.random() * piece * 0.8);
          await until(() => reached(Math.min(count, records)), {
            what: `${count} records`,
            said: () => gateway.output,
            timeoutMs: runMsMax,
          });
          if (turn === kills) break;
          if (turn % 2 === 1) await server.restart();
          await gateway.kill();
          await gateway.start();
        }
        await until(() => reached(records), { what: `all ${records}`, said: () => gateway.output, timeoutMs: runMsMax });
        const seen = await out(server);
        expect(seen).toHaveLength(records);
        for (let entity = 0; entity < entities; entity++) {
          const own = seen.filter((text) => text.startsWith(`e${entity} `)).map((text) => text.split(" ").slice(1).map(Number));
          const numbers = Array.from({ length: records }, (_, index) => index + 1).filter((number) => number % entities === entity);
          expect(own).toEqual(numbers.map((number, index) => [number, index + 1]));
        }
      },
      runMsMax * 2,
    );
  },
);
