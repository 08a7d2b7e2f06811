/** A caller may give up each request of the client; what waits meanwhile ends with the reason of its signal. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createClient } from "../src/client.ts";
import { entity, types } from "../src/index.ts";

const cart = entity("shop/cart", { state: { n: types.int }, messages: { add: types.int }, on: { add: (ctx, n) => ctx.state.n.set(n) } });

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());
afterEach(() => server?.close());

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ["send", (client: ReturnType<typeof createClient>, signal: AbortSignal) => client.send(cart.to("ada").message("add", 1), { signal })],
  ["entity", (client: ReturnType<typeof createClient>, signal: AbortSignal) => client.entity(cart, "ada", { signal })],
  ["trace", (client: ReturnType<typeof createClient>, signal: AbortSignal) => client.trace({ traceId: 1 }, { signal })],
] as const)("%s ends when its caller gives it up while nothing answers", async (_name, ask) => {
  const given = new AbortController();
  const url = await serve(() => given.abort(new Error("enough")));
  await expect(ask(createClient(url), given.signal)).rejects.toThrow("enough");
});

test("a wait for a trace ends between two looks", async () => {
  const given = new AbortController();
  let looks = 0;
  const url = await serve((_request, response) => {
    response.end(JSON.stringify({ complete: false, records: [], waits: [] }), () => {
      if (++looks === 3) given.abort(new Error("enough"));
    });
  });
  await expect(createClient(url).trace({ traceId: 1 }, { signal: given.signal })).rejects.toThrow("enough");
  expect(looks).toBe(3);
});
