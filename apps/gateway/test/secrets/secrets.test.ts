/**
 * Secrets against a whole gateway: modules name them, changes take effect at once, and no answer, file or log line contains their values.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SecretCipher } from "../../src/secrets/secret-cipher.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const first = "canary-one-5f2c";
const second = "canary-two-77ab";
const key = randomBytes(32);
const dataDir = mkdtempSync(join(tmpdir(), "signalbox-secrets-"));
const delivered: IncomingMessage["headers"][] = [];
const answers: string[] = [];
const receiver = createServer((request, response) => {
  delivered.push(request.headers);
  request.resume().on("end", () => response.end());
});
let functions: Awaited<ReturnType<typeof startFunctions>>;
let box: TestGateway;

async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await box.fetch(path, init);
  const text = await answer.text();
  answers.push(text);
  return { status: answer.status, body: JSON.parse(text) as Record<string, unknown> };
}
const put = (name: string, value: string) =>
  ask(`/v1/secrets/${name}`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ value }) });
const yaml = (): string =>
  moduleYaml(functions.url).replace(
    /kind: io\.signalbox\.v1\/egress\nspec:\n  id: test\/greetings/,
    [
      "kind: io.signalbox.http.v1/egress",
      "spec:",
      "  id: test/greetings",
      `  url: http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`,
      "  headers:",
      "    - x-key: Bearer ${secret.HOOK_KEY}",
    ].join("\n"),
  );
const greet = async (id: string): Promise<string | undefined> => {
  const before = delivered.length;
  await box.fetch(`/v1/messages/test/visits/${id}`, { method: "POST", body: "x" });
  await expect.poll(() => delivered.length, { timeout: 30_000 }).toBeGreaterThan(before);
  return delivered.at(-1)?.["x-key"]?.toString();
};

beforeAll(async () => {
  functions = await startFunctions();
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  box = await startGateway({ dataDir, secrets: new SecretCipher([key]) });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
  receiver.close().closeAllConnections();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a module that names an absent one is refused, with place and cure", async () => {
  const refused = await ask("/v1/modules/test", { method: "PUT", body: yaml() });
  expect(refused).toMatchObject({ status: 400, body: { code: "INVALID_MODULE" } });
  expect(JSON.stringify(refused.body["issues"])).toContain("${secret.HOOK_KEY} names a secret that is not there");
});

test("a module gets the text, and another text counts at once, without a new revision", async () => {
  expect(await put("HOOK_KEY", first)).toMatchObject({ status: 200, body: { name: "HOOK_KEY", locked: false, modules: [] } });
  expect((await ask("/v1/modules/test", { method: "PUT", body: yaml() })).body).toMatchObject({ revision: 1 });
  expect(await greet("a")).toBe(`Bearer ${first}`);
  expect((await put("HOOK_KEY", second)).body).toMatchObject({ modules: ["test"] });
  expect(await greet("b")).toBe(`Bearer ${second}`);
  expect((await ask("/v1/modules/test")).body).toMatchObject({ revision: 1 });
});

test("a text that breaks a module is set all the same, and the refusal names the module and the consequence", async () => {
  const refused = await put("HOOK_KEY", "two\nlines");
  expect(refused).toMatchObject({
    status: 400,
    body: { code: "INVALID_MODULE", cure: expect.stringContaining("the next start leaves it out") },
  });
  expect(refused.body["detail"]).toContain("The secret HOOK_KEY is set, and a module that names it does not go with it");
  expect(await greet("kept")).toBe(`Bearer ${second}`);
  expect(await put("HOOK_KEY", second)).toMatchObject({ status: 200 });
});

test("a secret that a module names cannot be removed, and an unknown one says so", async () => {
  expect(await ask("/v1/secrets/HOOK_KEY", { method: "DELETE" })).toMatchObject({ status: 409, body: { code: "SECRET_IN_USE" } });
  await put("OPS_HOOK", "T1/B2");
  const alert = { name: "ops", kind: "failure-opens", url: "http://127.0.0.1:9/${secret.OPS_HOOK}" };
  const body = JSON.stringify(alert);
  const added = await ask("/v1/alerts", { method: "POST", body, headers: { "content-type": "application/json" } });
  expect(added).toMatchObject({ status: 200, body: { place: "http://127.0.0.1:9/…" } });
  const refused = await ask("/v1/secrets/OPS_HOOK", { method: "DELETE" });
  expect(refused).toMatchObject({ status: 409, body: { detail: "OPS_HOOK is named by the alert ops." } });
  await ask(`/v1/alerts/${String(added.body["id"])}`, { method: "DELETE" });
  expect((await ask("/v1/secrets/OPS_HOOK", { method: "DELETE" })).status).toBe(200);
  expect(await ask("/v1/secrets/NONE", { method: "DELETE" })).toMatchObject({ status: 404, body: { code: "UNKNOWN_SECRET" } });
  await put("UNUSED", "x");
  expect((await ask("/v1/secrets/UNUSED", { method: "DELETE" })).status).toBe(200);
});

test("an invalid name or value is refused", async () => {
  for (const [name, value] of [
    ["a.b", "x"],
    ["1", "x"],
    ["A".repeat(65), "x"],
    ["A", ""],
    ["A", "x".repeat(65_537)],
  ] as const)
    expect((await put(name, value)).status).toBe(400);
});

test("no answer, no file of the data directory and no log line contains the text", async () => {
  for (const path of ["/v1/secrets", "/v1/modules/test", "/v1/connectors", "/v1/audit", "/v1/endpoints", "/v1/egresses"])
    answers.push(await (await box.fetch(path)).text());
  answers.push(await (await box.fetch("/metrics")).text(), ...box.logged);
  expect(answers.join("\n")).toContain("HOOK_KEY");
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const kept = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
  for (const text of [first, second]) {
    expect(answers.join("\n")).not.toContain(text);
    expect(kept.filter((bytes) => bytes.includes(text)).length).toBe(0);
  }
});

test("after a start with another key they are locked and reported as locked, and with both keys they are sealed anew", async () => {
  const restart = async (...keys: Buffer[]): Promise<void> => {
    await box[Symbol.asyncDispose]();
    box = await startGateway({ dataDir, ...(keys.length === 0 ? {} : { secrets: new SecretCipher(keys) }) });
  };
  const next = randomBytes(32);
  await restart(next);
  expect(box.logged.join("\n")).toContain("1 secrets cannot be opened with the key of this gateway (SIGNALBOX_SECRETS_KEY): HOOK_KEY");
  expect((await ask("/v1/secrets")).body).toMatchObject({ hasKey: true, secrets: [{ name: "HOOK_KEY", locked: true, modules: ["test"] }] });
  await restart(next, key);
  expect(await greet("c")).toBe(`Bearer ${second}`);
  await restart(next);
  expect((await ask("/v1/secrets")).body).toMatchObject({ secrets: [{ locked: false }] });
  await restart();
  expect(await put("OTHER", "x")).toMatchObject({ status: 409, body: { code: "SECRETS_LOCKED" } });
});
