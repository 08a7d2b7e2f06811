/**
 * HEAD is GET without its body: also of a stream that has no end, which is over then and takes no place; and a method without what it
 * wants is refused as a request.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localPerson } from "../../src/contract/principal.ts";
import type { GuardedServices } from "../../src/services/guarded.ts";
import { createApi, type ApiOptions } from "../../src/surfaces/http/api.ts";
import { rememberPrincipal } from "../../src/surfaces/principal-of.ts";
import { RequestBytes } from "../../src/listener/request-bytes.ts";

let app: Awaited<ReturnType<typeof createApi>>;
let server: Server;
let open = 0;
const logged: unknown[] = [];

async function* endless(): AsyncGenerator<{ kind: "waiting" }> {
  open += 1;
  try {
    for (;;) {
      yield { kind: "waiting" };
      await delay(1);
    }
  } finally {
    open -= 1;
  }
}

beforeAll(async () => {
  const services = new Proxy({}, { get: () => new Proxy({}, { get: () => endless }) }) as GuardedServices;
  app = await createApi({
    services,
    values: {} as ApiOptions["values"],
    provider: { basePath: "" } as ApiOptions["provider"],
    metricsText: () => Promise.resolve(""),
    hooks: () => [],
    held: new RequestBytes(1_000_000),
    logError: (error) => void logged.push(error),
  });
  server = createServer((request, response) => {
    rememberPrincipal(request, localPerson("http"));
    app.routing(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close().closeAllConnections();
  await app.close();
});

const ask = (method: string, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method });

test("HEAD of answers that go on for ever is answered, and reads none of them", async () => {
  const answer = await ask("HEAD", "/v1/calls/1/answers");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  await expect.poll(() => open).toBe(0);
});

test("QUERY without a type of its body is refused as a request", async () => {
  const answer = await ask("QUERY", "/v1/sql");
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: "INVALID_REQUEST", where: "request", detail: expect.stringContaining("Content-Type") });
  expect(logged).toEqual([]);
});
