/**
 * What no start needs is opened once, by its first user; health never waits for it.
 */
import { once } from "node:events";
import fastify, { type FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Lazy } from "../../src/surfaces/http/lazy.ts";
import { Hooks } from "../../src/listener/hooks.ts";
import { RequestBytes } from "../../src/listener/request-bytes.ts";
import { SiteRules } from "../../src/listener/site-rules.ts";
import { openToAll } from "../../src/identity/identity.ts";
import { createGatewayServer, type GatewayServer } from "../../src/server.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

describe("a resource that is opened on demand", () => {
  test("is opened once, however many callers ask", async () => {
    let opened = 0;
    const part = new Lazy(async () => ++opened);
    expect(part.current).toBeUndefined();
    expect(await part.settled()).toBeUndefined();
    expect(await Promise.all([part.open(), part.open()])).toEqual([1, 1]);
    expect([part.current, await part.settled()]).toEqual([1, 1]);
  });

  test("is opened again for the next caller when it failed", async () => {
    let tries = 0;
    const part = new Lazy(async () => {
      if (++tries === 1) throw new Error("not yet");
      return "open";
    });
    const first = part.open();
    expect(await part.settled()).toBeUndefined();
    await expect(first).rejects.toThrow("not yet");
    expect(part.current).toBeUndefined();
    expect(await part.open()).toBe("open");
  });
});

describe("a server whose API is not open yet", () => {
  let box: TestGateway;
  let server: GatewayServer;
  let url: string;
  let openings: { resolve: (api: FastifyInstance) => void; reject: (error: Error) => void }[];
  const logged: string[] = [];

  beforeAll(async () => {
    box = await startGateway();
  });
  afterAll(() => box[Symbol.asyncDispose]());

  beforeEach(async () => {
    openings = [];
    server = createGatewayServer({
      engine: box.gateway.core.engine,
      oldestWrite: box.gateway.core.oldestWrite,
      disk: { figures: () => null },
      catalog: { failure: () => null },
      processes: box.gateway.core.parts.processes,
      connectors: box.gateway.core.parts.connectors,
      telemetry: box.gateway.core.telemetry,
      wireConnections: box.gateway.core.wireConnections,
      services: () => box.gateway.core.services.open(),
      watch: box.gateway.core.watch,
      hooks: new Hooks(),
      identity: openToAll,
      site: new SiteRules({ host: "127.0.0.1", allowedHosts: [], allowedOrigins: [] }),
      messages: {
        messageBytesMax: 100,
        held: new RequestBytes(100_000),
        accept: () => Promise.reject(new Error("no message is sent here")),
        route: () => undefined,
      },
      calls: { call: () => Promise.reject(new Error("no call is sent here")), logError: (error) => logged.push(String(error)) },
      openApi: () => new Promise((resolve, reject) => openings.push({ resolve, reject })),
      logError: (error, where) => logged.push(`${where}: ${String(error)}`),
    });
    url = `http://127.0.0.1:${await server.listen({ host: "127.0.0.1", port: 0 })}`;
  });
  afterEach(async () => {
    for (const { reject } of openings) reject(new Error("the test is over"));
    await server.close();
  });

  async function api(): Promise<FastifyInstance> {
    const app = fastify();
    app.get("/v1/modules", () => "modules");
    return app;
  }

  test("tells its health, and opens nothing for that", async () => {
    const reply = await fetch(`${url}/health?verbose`);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ status: "running", health: { kind: "running" }, waitingMessages: 0 });
    expect(openings).toHaveLength(0);
  });

  test("answers the callers that asked meanwhile once it is open, having opened it once", async () => {
    const replies = [fetch(`${url}/v1/modules`), fetch(`${url}/v1/modules`)];
    await once(server.server, "request");
    expect(openings).toHaveLength(1);
    const app = await api();
    await app.ready();
    openings[0]?.resolve(app);
    for (const reply of replies) expect(await (await reply).text()).toBe("modules");
  });

  test("that cannot be opened answers with a problem, says why in its log, and is tried again", async () => {
    const first = fetch(`${url}/v1/modules`);
    await once(server.server, "request");
    openings[0]?.reject(new Error("no memory left"));
    const refused = await first;
    expect([refused.status, refused.headers.get("content-type")]).toEqual([500, "application/problem+json"]);
    expect(logged).toEqual(["/v1/modules: Error: no memory left"]);
    const second = fetch(`${url}/v1/modules`);
    await once(server.server, "request");
    const app = await api();
    await app.ready();
    openings[1]?.resolve(app);
    expect((await second).status).toBe(200);
  });

  test("that is closed while it opens closes what was opened", async () => {
    const app = await api();
    let closed = false;
    app.addHook("onClose", async () => {
      closed = true;
    });
    await app.ready();
    const opening = server.openRest();
    const closing = server.close();
    openings[0]?.resolve(app);
    await Promise.all([opening, closing]);
    expect(closed).toBe(true);
  });
});
