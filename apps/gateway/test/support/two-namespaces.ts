/**
 * TwoNamespaces: functions of `shop` and of a namespace whose name is the secret, and the module of each: endpoints, egress, limit and
 * schedule. The text of a message is kept as state and sent out; a text that begins with `fail` makes them throw. `paused` exists to be
 * paused: nothing else waits for it.
 * Neighbours: identity/every-read.test.ts, identity/sights.test.ts.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import statefunSdk from "apache-flink-statefun";
import { canary } from "./canary.ts";

const { StateFun, egressMessageBuilder } = statefunSdk;

export const twoNamespaces = ["shop", canary] as const;

export interface TwoNamespaces {
  moduleOf(namespace: string): string;
  close(): void;
}

export async function startTwoNamespaces(): Promise<TwoNamespaces> {
  const statefun = new StateFun();
  for (const namespace of twoNamespaces)
    statefun.bind({
      typename: `${namespace}/visits`,
      specs: [{ name: "said", type: StateFun.stringType() }],
      fn(context, message) {
        const text = message.isString() ? (message.asString() ?? "") : "";
        if (text.startsWith("fail")) throw new Error(`asked to ${text}`);
        context.storage["said"] = text;
        const valueType = StateFun.jsonType("test/out");
        context.send(egressMessageBuilder({ typename: `${namespace}/out`, value: { of: namespace, text }, valueType }));
      },
    });
  const handler = statefun.handler();
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    moduleOf: (namespace) => moduleYaml(namespace, port),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function moduleYaml(namespace: string, port: number): string {
  return `kind: io.statefun.endpoints.v2/http
spec:
  functions: ${namespace}/*
  urlPathTemplate: http://127.0.0.1:${port}/statefun
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: ${namespace}/paused
  urlPathTemplate: http://127.0.0.1:${port}/statefun
---
kind: io.signalbox.v1/egress
spec:
  id: ${namespace}/out
---
kind: io.signalbox.limits.v1/limit
spec:
  id: ${namespace}/slow
  functions: ${namespace}/*
  inFlight: 100
---
kind: io.signalbox.schedule.v1/ingress
spec:
  id: ${namespace}/nightly
  target: ${namespace}/visits
  entityId: clock
  value: tick
  when: {type: every, every: 24h}
`;
}
