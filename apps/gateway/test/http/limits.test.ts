/**
 * Limits over HTTP: a declared limit holds, is shown wherever somebody looks, and refuses with the time to try again.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const slow = `kind: io.statefun.endpoints.v2/http
spec:
  functions: shop/*
  urlPathTemplate: http://127.0.0.1:9/statefun
---
kind: io.signalbox.limits.v1/limit
spec:
  id: shop/tenants
  functions: shop/cart
  per: prefix
  messages: 1
  every: 1 h
  waiting: 2
`;

let box: TestGateway;
beforeAll(async () => {
  box = await startGateway();
});
afterAll(() => box[Symbol.asyncDispose]());

async function send(id: string): Promise<Response> {
  return box.fetch(`/v1/messages/shop/cart/${id}`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
}

test("a tenant over its limit waits, says why, and is refused with the time to come again; another is not", async () => {
  const applied = await box.fetch("/v1/modules/shop", { method: "PUT", body: slow });
  expect(applied.status).toBe(200);
  for (const id of ["acme:1", "acme:2", "bolt:1"]) expect((await send(id)).status).toBe(202);

  const refused = await send("acme:3");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({
    code: "OVERLOADED",
    detail: expect.stringContaining('2 messages wait already under the limit shop/tenants for "acme"'),
  });
  expect((await send("bolt:2")).status).toBe(202);

  const entity: unknown = await (await box.fetch("/v1/entities/shop/cart/acme:1")).json();
  expect(entity).toMatchObject({ waitReason: { kind: "limit", limit: "shop/tenants", module: "shop", key: "acme", bound: "rate" } });
  const limits: unknown = await (await box.fetch("/v1/limits")).json();
  expect(limits).toMatchObject({
    limits: [
      {
        id: "shop/tenants",
        covers: { kind: "functions", name: "shop/cart" },
        per: "prefix",
        separator: ":",
        waitingMessages: 4,
        held: true,
        keys: 2,
        topKeys: [
          { key: "acme", waitingMessages: 2, held: true },
          { key: "bolt", waitingMessages: 2, held: true },
        ],
      },
    ],
  });
  const metrics = await (await box.fetch("/metrics")).text();
  expect(metrics).toMatch(/signalbox_limit_waiting_messages\{[^}]*\} 4/);
});
