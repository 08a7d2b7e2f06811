/** The webhook ingress in a whole gateway: what it answers, repeats, restarts, who may call it, and what is told of it. */
import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseModule } from "../../../src/modules/parse-module.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../../support/start-gateway.ts";

const key = Buffer.from("a key of twenty-four byte");
const env = { HOOK_OLD: "an older secret", HOOK_NEW: "a newer secret", HOOK_KEY: `whsec_${key.toString("base64")}` };
const hooks = (more = ""): string => `
kind: io.signalbox.webhook.v1/ingress
spec:
  id: test/github
  path: git/push
  target: test/visits
  entityId: {type: pointer, pointer: /repository}
  signature: {type: github, secrets: ["\${HOOK_OLD}", "\${HOOK_NEW}"]}
---
kind: io.signalbox.webhook.v1/ingress
spec:
  id: test/standard
  path: standard
  target: test/visits
  entityId: {type: header, header: X-Who}
  signature: {type: standard, secrets: ["\${HOOK_KEY}"]}
  hosts: any
---
kind: io.signalbox.webhook.v1/ingress
spec:
  id: test/open
  path: open
  target: test/visits
  entityId: {type: fixed, id: everybody}
  value: bytes
  signature: {type: none}
---
kind: io.signalbox.webhook.v1/ingress
spec:
  id: test/nobody
  path: nobody
  target: nobody/there
  entityId: {type: fixed, id: x}
  signature: {type: none}
${more}`;

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;

async function applied(name: string, body: string): Promise<void> {
  const answer = await box.fetch(`/v1/modules/${name}`, { method: "PUT", body });
  expect(await answer.text()).toContain('"revision"');
}

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ env, limits: { messageBytesMax: 1000 } });
  await applied("test", moduleYaml(functions.url));
  await applied("hooks", hooks());
});
afterAll(async () => {
  expect(box.logged).toEqual([]);
  await box[Symbol.asyncDispose]();
  await functions.close();
});

function push(body: string, { secret = env.HOOK_NEW, delivery = "d1", headers = {} as Record<string, string> } = {}): Promise<Response> {
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return box.fetch("/hooks/git/push", {
    method: "POST",
    body,
    headers: { "x-hub-signature-256": signature, "x-github-delivery": delivery, ...headers },
  });
}

/** Sends with headers that fetch() would not send. */
function raw(path: string, headers: Record<string, string | string[]>, body = "{}"): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port: box.gateway.port, host: "127.0.0.1", method: "POST", path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject).end(body);
  });
}

function standardHeaders(body: string, id: string, atMs = Date.now()): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "x-who": "anna", "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

const seen = (id: string, count: number): Promise<unknown> =>
  box.until(`/v1/entities/test/visits/${id}`, (body) => JSON.stringify(body).includes(`"value":${count}`));

const rowOf = async (id: string): Promise<{ what: string; state: string; counts: Record<string, number> }> => {
  const { connectors } = (await (await box.fetch("/v1/connectors")).json()) as { connectors: { id: string }[] };
  return (connectors.find((row) => row.id === id) ?? expect.fail()) as never;
};

describe("a webhook", () => {
  test("is a message for the entity that it names, durable before the 200, signed with either secret", async () => {
    const first = await push('{"repository":"one"}', { secret: env.HOOK_OLD, delivery: "a" });
    expect([first.status, await first.json()]).toEqual([
      200,
      { messageId: expect.any(Number), traceId: expect.any(Number), repeated: false },
    ]);
    expect((await push('{"repository":"one"}', { delivery: "b" })).status).toBe(200);
    await seen("one", 2);
  });

  test("that is delivered again counts once, whatever else its sender changes", async () => {
    const [first, again] = await Promise.all([1, 2].map(() => push('{"repository":"two"}', { delivery: "c" })));
    expect([first?.status, again?.status]).toEqual([200, 200]);
    const ids = [await first?.json(), await again?.json()] as { messageId: number; repeated: boolean }[];
    expect(ids[0]?.messageId).toBe(ids[1]?.messageId);
    const other = await push('{"repository":"two","attempt":2}', { delivery: "c" });
    expect([other.status, await other.json()]).toEqual([200, { repeated: true }]);
    await push('{"repository":"two"}', { delivery: "d" });
    await seen("two", 2);
    expect((await rowOf("test/github")).counts).toMatchObject({ repeated: 2 });
  });

  test("with a wrong signature is refused, counted, and named beside the state of its ingress", async () => {
    const refused = await push('{"repository":"one"}', { secret: "a guess" });
    expect([refused.status, await refused.json()]).toEqual([401, expect.objectContaining({ code: "WRONG_SIGNATURE" })]);
    expect((await box.fetch("/hooks/git/push", { method: "POST", body: "{}" })).status).toBe(401);
    const row = await rowOf("test/github");
    expect([row.state, row.what, row.counts["wrong-signature"]]).toEqual([
      "running",
      expect.stringMatching(/^A request was refused for its signature 2 times, last at .*: it lacks x-hub-signature-256\.$/),
      2,
    ]);
    expect(await (await box.fetch("/metrics")).text()).toContain(
      'signalbox_connector_events_total{direction="ingress",id="test/github",kind="io.signalbox.webhook.v1/ingress",event="wrong-signature"} 2',
    );
  });

  test.each([
    ["too much", () => push(JSON.stringify({ repository: "x".repeat(1000) })), 413, "BODY_TOO_LARGE"],
    ["no entity", () => push("{}"), 422, "NOT_ROUTABLE"],
    ["no JSON", () => push("hello"), 400, "INVALID_VALUE"],
    ["a function that nobody serves", () => box.fetch("/hooks/nobody", { method: "POST", body: "{}" }), 422, "NOT_ROUTABLE"],
    ["another path", () => box.fetch("/hooks/git", { method: "POST", body: "{}" }), 404, "UNKNOWN_ROUTE"],
    ["another method", () => box.fetch("/hooks/git/push"), 405, "METHOD_NOT_ALLOWED"],
    ["a compressed body", () => push("{}", { headers: { "content-encoding": "gzip" } }), 415, "ENCODING_NOT_SUPPORTED"],
    [
      "an old signature",
      () => box.fetch("/hooks/standard", { method: "POST", body: "{}", headers: standardHeaders("{}", "m", Date.now() - 400_000) }),
      401,
      "WRONG_SIGNATURE",
    ],
  ])("with %s is refused with a reason", async (_name, send, status, code) => {
    const answer = await send();
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code, cure: expect.any(String) })]);
  });

  test.each(["x-who", "webhook-id", "webhook-signature", "idempotency-key"])(
    "that gives its %s twice is refused by that name",
    async (name) => {
      const headers = standardHeaders("{}", `twice_${name}`);
      const { status, text } = await raw("/hooks/standard", { ...headers, [name]: [headers[name] ?? "k", "other"] });
      expect([status, JSON.parse(text)]).toEqual([
        400,
        expect.objectContaining({ code: "INVALID_REQUEST", where: expect.stringMatching(new RegExp(`^${name}$`, "i")) }),
      ]);
      expect((await raw("/hooks/standard", { ...headers, "x-who": "traced", traceparent: ["a", "b"] })).status).toBe(200);
    },
  );

  test("counts once over a restart of the gateway", async () => {
    const first = standardHeaders("{}", "msg_restart");
    expect((await raw("/hooks/standard", first)).status).toBe(200);
    const { dataDir } = box;
    await box.gateway.stop();
    box = await startGateway({ env, dataDir, limits: { messageBytesMax: 1000 } });
    const again = await raw("/hooks/standard", first);
    expect([again.status, JSON.parse(again.text)]).toEqual([200, expect.objectContaining({ repeated: true })]);
    expect((await raw("/hooks/standard", standardHeaders("{}", "msg_next"))).status).toBe(200);
    await seen("anna", 2);
  });

  test("is listed in OpenAPI while it is open", async () => {
    const { paths } = (await (await box.fetch("/openapi.json")).json()) as { paths: Record<string, unknown> };
    expect(paths["/hooks/git/push"]).toMatchObject({ post: { summary: expect.stringContaining("signed as GitHub signs") } });
  });
});

describe("who may call a webhook", () => {
  const foreignPage = { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" };

  test("is called by a name that is not the gateway's only where the module says so", async () => {
    const host = "hooks.example";
    expect((await raw("/hooks/standard", { ...standardHeaders("{}", "m1"), host })).status).toBe(200);
    const body = '{"repository":"one"}';
    const signature = `sha256=${createHmac("sha256", env.HOOK_NEW).update(body).digest("hex")}`;
    const headers = { "x-hub-signature-256": signature, "x-github-delivery": "h1", host };
    expect((await raw("/hooks/git/push", headers, body)).status).toBe(421);
    expect((await raw("/hooks/open", { host })).status).toBe(421);
    expect((await raw("/hooks/none", { host })).status).toBe(421);
  });

  test("is not called by a page of another site, signed or not", async () => {
    expect((await raw("/hooks/standard", { ...standardHeaders("{}", "m2"), ...foreignPage })).status).toBe(403);
    expect((await raw("/hooks/open", foreignPage)).status).toBe(403);
    expect((await raw("/hooks/open", { "user-agent": "Mozilla/5.0 (X11)" })).status).toBe(403);
    expect((await raw("/hooks/open", {})).status).toBe(200);
  });
});

describe("the module of a webhook", () => {
  const issuesOf = (yaml: string): string[] =>
    parseModule({ name: "hooks", yaml, env: { ...env, SHORT: "c2hvcnQ=" } }).issues.map(({ message }) => message);
  const one = (lines: string): string => `kind: io.signalbox.webhook.v1/ingress\nspec:\n  id: a/b\n  path: p\n  target: c/d\n${lines}`;
  const entity = "  entityId: {type: fixed, id: x}\n";

  test.each([
    [
      "a secret that stands in it",
      `${entity}  signature: {type: github, secrets: [plain]}`,
      /is a secret: put it into an environment variable/,
    ],
    ["a key that is too short", `${entity}  signature: {type: standard, secrets: ["\${SHORT}"]}`, /base64 of at least 16 bytes/],
    ["any host without a signature", `${entity}  signature: {type: none}\n  hosts: any`, /needs a signature/],
    ["no pointer", "  entityId: {type: pointer, pointer: customer}\n  signature: {type: none}", /is no JSON pointer/],
    ["no header", "  entityId: {type: header, header: a b}\n  signature: {type: none}", /is no name of a header/],
    ["a built-in type", `${entity}  signature: {type: none}\n  valueType: io.statefun.types/int`, /A body is no io.statefun.types\/int/],
    ["no signature said", entity, /lacks `signature`/],
  ])("with %s is refused", (_name, lines, reason) => {
    expect(issuesOf(one(lines)).join("\n")).toMatch(reason);
  });

  test.each([
    ["5min", []],
    ["12h", []],
    ["13h", [{ severity: "warning", message: expect.stringContaining("can send it again"), line: 8 }]],
  ])("with a tolerance of %s says whether a delivery outlives the memory of it", (tolerance, issues) => {
    const yaml = one(`${entity}  signature:\n    {type: stripe, secrets: ["\${SHORT}"], tolerance: ${tolerance}}`);
    expect(parseModule({ name: "hooks", yaml, env: { SHORT: "c2hvcnQ=" } }).issues).toMatchObject(issues);
  });

  test("may not name a path twice, and shows no secret", async () => {
    expect(
      issuesOf(`${one(`${entity}  signature: {type: none}`)}\n---\n${one(`${entity}  signature: {type: none}`).replace("a/b", "a/c")}`),
    ).toEqual([expect.stringMatching(/\/hooks\/p is already declared/)]);
    const preview = await box.fetch("/v1/modules/other:preview", { method: "POST", body: hooks().replaceAll("test/", "more/") });
    const shown = (await preview.text()) + (await (await box.fetch("/v1/modules/hooks")).text());
    for (const secret of Object.values(env)) expect(shown).not.toContain(secret);
  });
});
