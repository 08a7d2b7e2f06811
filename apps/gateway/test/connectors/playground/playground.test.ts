/** The playground's two kinds on ports of their own, over an engine in memory. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { playgroundEgress, playgroundIngress } from "../../../src/connectors/playground/playground.ts";
import { doorConformance } from "../door-conformance.ts";
import { pulledConformance } from "../pulled-conformance.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

doorConformance(playgroundIngress, "of the playground", async () => {
  const port = await freePort();
  return {
    spec: { port },
    send: async (_stand, body) => (await fetch(`http://127.0.0.1:${port}/shop/cart/anna`, { method: "POST", body })).status,
  };
});

pulledConformance(playgroundEgress, "of the playground", async () => {
  const port = await freePort();
  return {
    spec: { port, topics: ["sold"] },
    recordOf: (payload) => ({ typename: "t/v", bytes: Buffer.from(JSON.stringify({ topic: "sold", payload })) }),
    next: async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/sold`);
      const text = await answer.text();
      return answer.headers.get("status") === "404" ? undefined : text;
    },
  };
});
