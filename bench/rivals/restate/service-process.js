/**
 * The workload as a Restate service, in a process of its own: Counter adds, First adds and sends one way to Counter, Relay counts. It uses
 * the SDK's own server (node:http2, a stream in both directions, its default), binary values, and no logging. GET on COUNT_PORT answers how
 * many messages came to their end; with NOTIFY_PORT each is one byte on a connection to there, as in bench/function-process.ts. It is plain
 * JavaScript, because its types exist only once it has been installed.
 */
import { createServer } from "node:http";
import { connect } from "node:net";
import * as restate from "@restatedev/restate-sdk";
import { add, incrementOf, stateName } from "../../workload.ts";

let messages = 0;
const notified = process.env.NOTIFY_PORT ? connect({ port: Number(process.env.NOTIFY_PORT), host: "127.0.0.1", noDelay: true }) : undefined;
notified?.on("error", () => notified.destroy());

let untold = 0;

/** Messages that end in one turn of the event loop are reported together, as in bench/function-process.ts. */
function tell() {
  if (notified === undefined) return;
  if (untold === 0) {
    setImmediate(() => {
      notified.write(Buffer.alloc(untold));
      untold = 0;
    });
  }
  untold += 1;
}

const binary = restate.serde.binary;

async function addOne(context, value) {
  const state = await context.get(stateName, binary);
  context.set(stateName, add(state ?? undefined, incrementOf(value)), binary);
}

const counter = restate.object({
  name: "Counter",
  handlers: {
    add: restate.handlers.object.exclusive({ input: binary, output: binary }, async (context, value) => {
      await addOne(context, value);
      messages += 1;
      tell();
      return new Uint8Array(0);
    }),
  },
});

const first = restate.object({
  name: "First",
  handlers: {
    add: restate.handlers.object.exclusive({ input: binary, output: binary }, async (context, value) => {
      await addOne(context, value);
      context.genericSend({ service: "Counter", method: "add", key: context.key, parameter: value, inputSerde: binary });
      return new Uint8Array(0);
    }),
  },
});

/** Serves a Kafka subscription: counts the records of a key, as e2e/functions/kafka-relay.ts does. */
const relay = restate.object({
  name: "Relay",
  handlers: {
    count: restate.handlers.object.exclusive({ input: binary, output: binary }, async (context) => {
      context.set("count", ((await context.get("count")) ?? 0) + 1);
      messages += 1;
      return new Uint8Array(0);
    }),
  },
});

createServer((_request, response) => response.end(JSON.stringify({ messages }))).listen(Number(process.env.COUNT_PORT), "127.0.0.1");
await restate.serve({ services: [counter, first, relay], port: Number(process.env.PORT), logger: () => undefined });
