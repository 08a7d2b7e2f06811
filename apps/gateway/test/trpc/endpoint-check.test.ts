/**
 * What the check of an endpoint finds before it is registered: states whose type has changed, and a gRPC server of another service.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { entity, types } from "@signalbox/functions";
import { listenGrpc } from "@signalbox/functions/grpc";
import { serve, type Serving } from "@signalbox/functions/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callerOf, type Caller } from "../support/caller.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const string = "io.statefun.types/string";

/** An earlier and a later build of one function. */
const earlier = entity("shop/visits", {
  state: { count: types.int, last: types.string },
  messages: { visit: types.string },
  on: {
    visit(ctx, text) {
      ctx.state.last.set(text);
      if (text !== "peek") ctx.state.count.set((ctx.state.count.get() ?? 0) + 1);
    },
  },
});
const later = entity("shop/visits", {
  state: { count: types.string, last: types.string, also: types.long },
  messages: { visit: types.string },
  on: { visit: () => undefined },
});

function moduleOf(functions: string, url: string): string {
  return `kind: io.statefun.endpoints.v2/http\nspec: { functions: ${functions}, urlPathTemplate: "${url}" }\n`;
}

async function send(caller: Caller, type: string, id: string, text: string): Promise<void> {
  await caller.send.message({ type, id, valueType: string, text: JSON.stringify(text) });
}

describe("a check of new code for stored values", () => {
  let box: TestGateway;
  let caller: Caller;
  let old: Serving;
  let next: Serving;

  beforeAll(async () => {
    old = await serve([earlier]);
    next = await serve([later]);
    box = await startGateway();
    caller = await callerOf(box);
    await caller.modules.put({ name: "shop", yaml: moduleOf("shop/*", old.url) });
    for (const id of ["ada", "ben", "cyd"]) await send(caller, "shop/visits", id, "hello");
    // Its state is a text and not a count.
    await send(caller, "shop/visits", "dora", "peek");
    await box.gateway.core.engine.settled();
  });
  afterAll(async () => {
    await box[Symbol.asyncDispose]();
    await Promise.all([old.close(), next.close()]);
  });

  const change = {
    type: "shop/visits",
    state: "count",
    storedAs: "io.statefun.types/int",
    declaredAs: "io.statefun.types/string",
    entities: 3,
    more: false,
  };

  test.each([
    ["that is named", ["shop/visits"]],
    ["that is known under the wildcard, and nobody named", []],
  ])("names state, both types and the number of holders, of a type %s", async (_which, typeNames) => {
    const check = await caller.functions.check({ urlTemplate: next.url, functions: "shop/*", typeNames });
    expect(check).toMatchObject({ ok: false, code: "state-type-changed", stateChanges: [change] });
    expect(check.message).toBe(
      'shop/visits declares state "count" as io.statefun.types/string; it is stored as io.statefun.types/int, and 3 entities hold it.',
    );
    expect(check.cure).toContain("restore the old type");
  });

  test("says nothing of code that declares the stored types", async () => {
    const check = await caller.functions.check({ urlTemplate: old.url, functions: "shop/*", typeNames: ["shop/visits"] });
    expect(check).toMatchObject({ ok: true, code: "ok", stateChanges: [] });
  });

  test("counts as the engine does: the entity parks, and keeps its state", async () => {
    await caller.modules.put({ name: "shop", yaml: moduleOf("shop/*", next.url) });
    await send(caller, "shop/visits", "ada", "hello");
    await expect
      .poll(async () => (await caller.entities.get({ type: "shop/visits", id: "ada" }))?.failure?.code)
      .toBe("STATE_TYPE_MISMATCH");
    const ada = await caller.entities.get({ type: "shop/visits", id: "ada" });
    expect(ada?.state.find(({ name }) => name === "count")).toMatchObject({ typename: "io.statefun.types/int" });
  });
});

describe("a gRPC server of another service", () => {
  let server: Server;
  let url: string;
  let box: TestGateway;
  let caller: Caller;

  beforeAll(async () => {
    server = new Server();
    const bytes = (value: Buffer): Buffer => value;
    const coded = { requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes } as const;
    server.addService(
      { Get: { ...coded, path: "/weather.v1.Forecast/Get", requestStream: false, responseStream: false } },
      { Get: (_call: unknown, done: (error: null, reply: Buffer) => void) => done(null, Buffer.alloc(0)) },
    );
    const port = await new Promise<number>((listening, failed) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, at) => (error === null ? listening(at) : failed(error))),
    );
    url = `grpc://127.0.0.1:${port}`;
    box = await startGateway({ limits: { attemptsMax: 2, backoffBaseMs: 1, backoffMaxMs: 2 } });
    caller = await callerOf(box);
  });
  afterAll(async () => {
    await box[Symbol.asyncDispose]();
    server.forceShutdown();
  });

  test("is told from one of ours, whose states the check names", async () => {
    await using ours = await listenGrpc([earlier]);
    const check = await caller.functions.check({ urlTemplate: ours.url, functions: "shop/visits", typeNames: [] });
    expect(check).toMatchObject({
      ok: true,
      types: [{ type: "shop/visits", served: true, states: [{ name: "count" }, { name: "last" }] }],
    });
  });

  test("is reported by the check, with what to serve there", async () => {
    const check = await caller.functions.check({ urlTemplate: url, functions: "rain/*", typeNames: ["rain/cloud"] });
    expect(check).toMatchObject({
      ok: false,
      code: "status",
      cure: expect.stringContaining("Serve signalbox.v1.Function/Invoke") as string,
    });
    expect(check.message).toContain(url);
    expect(check.message).toContain("gRPC status 12");
  });

  test("parks the entity with place and cure, and stops no other", async () => {
    const functions = await serve([earlier]);
    await caller.modules.put({ name: "rain", yaml: moduleOf("rain/*", url) });
    await caller.modules.put({ name: "shop", yaml: moduleOf("shop/*", functions.url) });
    await send(caller, "rain/cloud", "grey", "hello");
    await expect.poll(async () => (await caller.entities.get({ type: "rain/cloud", id: "grey" }))?.status).toBe("parked");
    const grey = await caller.entities.get({ type: "rain/cloud", id: "grey" });
    expect(grey?.failure).toMatchObject({
      code: "REPLY_STATUS",
      cure: expect.stringContaining("Serve signalbox.v1.Function/Invoke") as string,
    });
    expect(grey?.failure?.message).toContain(url);
    await send(caller, "shop/visits", "ada", "hello");
    await expect.poll(async () => (await caller.entities.get({ type: "shop/visits", id: "ada" }))?.state.length).toBe(2);
    await functions.close();
  });
});
