/**
 * A module can be applied on the condition that the version which it started from is still in force, so that two people do not overwrite
 * each other.
 */
import { Client, credentials, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminService } from "../../src/surfaces/grpc/service-definitions.ts";
import { call } from "../grpc-harness.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
beforeAll(async () => {
  box = await startGateway();
});
afterAll(() => box[Symbol.asyncDispose]());

const egress = (id: string): string => `kind: io.signalbox.v1/egress\nspec:\n  id: ${id}\n`;

async function put(name: string, yaml: string, { query = "", headers = {} }: { query?: string; headers?: Record<string, string> } = {}) {
  const response = await box.fetch(`/v1/modules/${name}${query}`, { method: "PUT", body: yaml, headers });
  return { status: response.status, ...((await response.json()) as { code?: string; detail?: string; where?: string; revision?: number }) };
}

test("of two people who began with the same revision the second is refused and none of their changes is applied", async () => {
  expect(await put("both", egress("shop/a"), { query: "?ifRevision=0" })).toMatchObject({ status: 200, revision: 1 });
  expect(await put("both", egress("shop/b"), { query: "?ifRevision=1" })).toMatchObject({ status: 200, revision: 2 });
  const late = await put("both", egress("shop/c"), { query: "?ifRevision=1" });
  expect(late).toMatchObject({ status: 409, code: "MODULE_MOVED", where: "ifRevision" });
  expect(late.detail).toContain("began with revision 1, and revision 2 is in force");
  expect(await (await box.fetch("/v1/modules/both")).json()).toMatchObject({ revision: 2, yaml: egress("shop/b") });
});

test("of two changes at the same instant one is in force", async () => {
  await put("race", egress("race/a"));
  const answers = await Promise.all(["race/b", "race/c"].map((id) => put("race", egress(id), { query: "?ifRevision=1" })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
});

test("If-Match says the same, and an unreadable one is refused", async () => {
  await put("match", egress("match/a"));
  expect(await put("match", egress("match/b"), { headers: { "if-match": '"7"' } })).toMatchObject({ status: 409, code: "MODULE_MOVED" });
  expect(await put("match", egress("match/b"), { headers: { "if-match": '"1"' } })).toMatchObject({ status: 200, revision: 2 });
  for (const header of ["*", 'W/"2"', '"x"'])
    expect(await put("match", egress("match/c"), { headers: { "if-match": header } })).toMatchObject({ status: 400, where: "If-Match" });
  for (const text of ["", "x", "-1"])
    expect(await put("match", egress("match/c"), { query: `?ifRevision=${text}` })).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
});

const conditions: readonly (readonly [string, (path: string, revision: number) => Promise<Response>])[] = [
  ["removal with ifRevision", (path, revision) => box.fetch(`${path}?ifRevision=${revision}`, { method: "DELETE" })],
  ["removal with If-Match", (path, revision) => box.fetch(path, { method: "DELETE", headers: { "if-match": `"${revision}"` } })],
  [
    "rollback with ifRevision",
    (path, revision) => box.fetch(`${path}/rollback`, { method: "POST", body: JSON.stringify({ revision: 1, ifRevision: revision }) }),
  ],
  [
    "rollback with If-Match",
    (path, revision) => box.fetch(`${path}/rollback`, { method: "POST", body: '{"revision":1}', headers: { "if-match": `"${revision}"` } }),
  ],
];

test.each(conditions)("a %s does nothing where another revision is in force by now", async (what, ask) => {
  const name = what.toLowerCase().replaceAll(" ", "-");
  for (const id of ["a", "b"]) await put(name, egress(`${name}/${id}`));
  const late = await ask(`/v1/modules/${name}`, 1);
  expect([late.status, await late.json()]).toMatchObject([409, { code: "MODULE_MOVED" }]);
  expect(await (await box.fetch(`/v1/modules/${name}`)).json()).toMatchObject({ revision: 2, yaml: egress(`${name}/b`) });
  expect((await ask(`/v1/modules/${name}`, 2)).ok).toBe(true);
});

test("a removal with an unreadable If-Match is refused", async () => {
  await put("kept", egress("kept/a"));
  const refused = await box.fetch("/v1/modules/kept", { method: "DELETE", headers: { "if-match": "*" } });
  expect([refused.status, await refused.json()]).toMatchObject([400, { where: "If-Match" }]);
});

test("over gRPC too a module is applied only to the revision it began with, and 0 is not taken for no condition", async () => {
  const client = new Client(`127.0.0.1:${box.gateway.grpcPort}`, credentials.createInsecure());
  const apply = (yaml: string, ifRevision?: number) => call(client, adminService.ApplyModule, { name: "rpc", yaml, ifRevision });
  expect(await apply(egress("rpc/a"), 0)).toMatchObject({ changes: [expect.stringContaining("rpc/a")] });
  for (const revision of [0, 7]) await expect(apply(egress("rpc/b"), revision)).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
  await apply(egress("rpc/b"), 1);
  await apply(egress("rpc/c"));
  expect(await (await box.fetch("/v1/modules/rpc")).json()).toMatchObject({ revision: 3 });
  client.close();
});

test("0 stands for an absent module, also after it was removed", async () => {
  await put("gone", egress("gone/a"));
  expect(await put("gone", egress("gone/b"), { query: "?ifRevision=0" })).toMatchObject({ status: 409, code: "MODULE_MOVED" });
  await box.fetch("/v1/modules/gone", { method: "DELETE" });
  const late = await put("gone", egress("gone/b"), { query: "?ifRevision=1" });
  expect(late.detail).toContain("it is not there");
  expect(await put("gone", egress("gone/b"), { query: "?ifRevision=0" })).toMatchObject({ status: 200 });
});
