/**
 * Large bodies of webhooks are read outside the gateway's thread, with the same results as small ones.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../../support/start-gateway.ts";

const largeBytes = 200_000;
let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({});
  const yaml = `${moduleYaml(functions.url)}
---
kind: io.signalbox.webhook.v1/ingress
spec:
  id: test/large
  path: large
  target: test/visits
  entityId: {type: pointer, pointer: /deep/who}
  signature: {type: none}
`;
  const applied = await box.fetch("/v1/modules/test", { method: "PUT", body: yaml });
  expect(await applied.text()).toContain('"revision"');
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

const sent = (body: string): Promise<Response> => box.fetch("/hooks/large", { method: "POST", body });

test.each([
  ["small", 10],
  ["large", largeBytes],
] as const)("a %s body names its entity", async (who, bytes) => {
  const parse = vi.spyOn(JSON, "parse");
  const answer = await sent(JSON.stringify({ rest: "x".repeat(bytes), deep: { who } }));
  const longest = Math.max(0, ...parse.mock.calls.map(([text]) => String(text).length));
  parse.mockRestore();
  expect(answer.status).toBe(200);
  expect(longest).toBeLessThan(largeBytes);
  const entity = await box.fetch(`/v1/entities/test/visits/${who}`);
  expect(await entity.text()).toContain(`"id":"${who}"`);
});

test("a large body that is not JSON, or names no entity, is refused as a small one is", async () => {
  for (const rest of ["x".repeat(10), "x".repeat(largeBytes)]) {
    expect(await (await sent(`{"rest":"${rest}"`)).json()).toMatchObject({ code: "INVALID_VALUE" });
    expect(await (await sent(JSON.stringify({ rest, deep: { who: [1] } }))).json()).toMatchObject({ code: "NOT_ROUTABLE" });
  }
});
