/** A module is put in force on the condition that what it began with still is: two people do not overwrite each other. */
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("of two who began with the same revision the second is refused and nothing of theirs is applied", async () => {
  expect(await put("both", egress("shop/a"), { query: "?ifRevision=0" })).toMatchObject({ status: 200, revision: 1 });
  expect(await put("both", egress("shop/b"), { query: "?ifRevision=1" })).toMatchObject({ status: 200, revision: 2 });
  const late = await put("both", egress("shop/c"), { query: "?ifRevision=1" });
  expect(late).toMatchObject({ status: 409, code: "MODULE_MOVED", where: "ifRevision" });
  expect(late.detail).toContain("began with revision 1, and revision 2 is in force");
  expect(await (await box.fetch("/v1/modules/both")).json()).toMatchObject({ revision: 2, yaml: egress("shop/b") });
});

test("of two at the same instant one is in force", async () => {
  await put("race", egress("race/a"));
  const answers = await Promise.all(["race/b", "race/c"].map((id) => put("race", egress(id), { query: "?ifRevision=1" })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
});

test("If-Match says the same, and one that is not understood is refused", async () => {
  await put("match", egress("match/a"));
  expect(await put("match", egress("match/b"), { headers: { "if-match": '"7"' } })).toMatchObject({ status: 409, code: "MODULE_MOVED" });
  expect(await put("match", egress("match/b"), { headers: { "if-match": '"1"' } })).toMatchObject({ status: 200, revision: 2 });
  for (const header of ["*", 'W/"2"', '"x"'])
    expect(await put("match", egress("match/c"), { headers: { "if-match": header } })).toMatchObject({ status: 400, where: "If-Match" });
  for (const text of ["", "x", "-1"])
    expect(await put("match", egress("match/c"), { query: `?ifRevision=${text}` })).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
});

test("0 stands for a module that is not there, also after it was removed", async () => {
  await put("gone", egress("gone/a"));
  expect(await put("gone", egress("gone/b"), { query: "?ifRevision=0" })).toMatchObject({ status: 409, code: "MODULE_MOVED" });
  await box.fetch("/v1/modules/gone", { method: "DELETE" });
  const late = await put("gone", egress("gone/b"), { query: "?ifRevision=1" });
  expect(late.detail).toContain("it is not there");
  expect(await put("gone", egress("gone/b"), { query: "?ifRevision=0" })).toMatchObject({ status: 200 });
});
