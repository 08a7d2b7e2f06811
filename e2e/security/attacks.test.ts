/**
 * Attacks on a gateway where whoever asks has to sign in, from outside, on a process of its own: each tries what it should not get, and
 * what it gets is compared with what it is owed. Beside it: access-matrix.test.ts of the gateway has every operation as every role.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cookieOf } from "../../apps/gateway/test/support/people-stand.ts";
import { ingressService } from "../../apps/gateway/src/surfaces/grpc/service-definitions.ts";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const password = "a long enough password";
let gateway: Gateway;
let greeter: Functions;
let admin = "";

interface Asked {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function ask(path: string, { method, json, body, headers = {} }: Asked = {}): Promise<Response> {
  const sent = json === undefined ? body : JSON.stringify(json);
  return fetch(gateway.url + path, {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    redirect: "manual",
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
}

async function codeOf(answer: Response): Promise<string> {
  const text = await answer.text();
  return `${answer.status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ""}`.trim();
}

const asAdmin = () => ({ cookie: admin });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const made = async <T>(path: string, json: unknown): Promise<T> => (await (await ask(path, { json, headers: asAdmin() })).json()) as T;
const tokenFor = async (grants: unknown) => made<{ id: string; token: string }>("/v1/tokens", { name: "t", grants });

async function person(name: string, grants: unknown): Promise<string> {
  const { link } = await made<{ link: { code: string } }>("/v1/people", { name, grants });
  return cookieOf(await ask("/v1/setup", { json: { code: link.code, password } }));
}

/** The memory that the process holds. */
const memoryBytes = (): number => 1_024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, "utf8"))?.[1] ?? 0);

beforeAll(async () => {
  greeter = await Functions.start("examples/greeter-javascript/functions.js");
  gateway = await Gateway.start({ SIGNALBOX_LOGIN: "on" });
  const code = await until(() => Promise.resolve(/setup#(\S+)/.exec(gateway.output)?.[1]), { what: "the set-up link" });
  admin = cookieOf(await ask("/v1/setup", { json: { code, name: "ada", password } }));
  const applied = await ask("/v1/modules/greeter", { method: "PUT", body: endpointYaml("example/*", greeter.url), headers: asAdmin() });
  expect(applied.status).toBe(200);
}, 120_000);
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await greeter?.[Symbol.asyncDispose]();
});

describe("a page of another site (CSRF)", () => {
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" };
  test.each([
    ["takes no savepoint", "/v1/savepoints", "POST"],
    ["makes no token", "/v1/tokens", "POST"],
    ["signs nobody in", "/v1/session", "POST"],
    ["signs nobody out", "/v1/session", "DELETE"],
    ["reads no list", "/v1/people", "GET"],
    ["calls no procedure", "/trpc/people.invite", "POST"],
  ])("%s, even if the browser sent the cookie along", async (_what, path, method) => {
    const answer = await ask(path, { method, headers: { ...foreign, ...asAdmin() }, ...(method === "POST" ? { json: {} } : {}) });
    expect(await codeOf(answer)).toBe("403 FOREIGN_ORIGIN");
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test("gets no permission to read answers, whatever it asks", async () => {
    const answer = await ask("/v1/me", { headers: asAdmin() });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });
});

describe("session fixation", () => {
  test("a secret that the attacker chose never becomes a session", async () => {
    const chosen = "signalbox=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const answer = await ask("/v1/session", { json: { name: "ada", password }, headers: { cookie: chosen } });
    expect(cookieOf(answer)).not.toBe(chosen);
    expect(await codeOf(await ask("/v1/people", { headers: { cookie: chosen } }))).toBe("401 UNAUTHENTICATED");
  });

  test("the secret of a session is no token, and a token is no cookie", async () => {
    const secret = admin.split("=")[1] ?? "";
    expect(await codeOf(await ask("/v1/people", { headers: bearer(secret) }))).toBe("401 UNAUTHENTICATED");
    const { token } = await tokenFor([{ role: "viewer", namespace: "*" }]);
    expect(await codeOf(await ask("/v1/modules", { headers: { cookie: `signalbox=${token}` } }))).toBe("401 UNAUTHENTICATED");
  });
});

describe("guessing", () => {
  test("tokens are refused alike, whether their form is right or not, and in masses more slowly", async () => {
    const near = `sb_${"A".repeat(43)}`;
    for (const wrong of [near, "sb_", "sb_x", `${near} `, `${near}%00`])
      expect(await codeOf(await ask("/v1/modules", { headers: bearer(wrong) })), wrong).toMatch(/^401 UNAUTHENTICATED$/);
    const answers = await Promise.all(
      Array.from({ length: 600 }, (_, n) => ask("/v1/modules", { headers: bearer(`sb_${n}`) }).then(codeOf)),
    );
    expect(answers.filter((code) => !/^(401 UNAUTHENTICATED|429 TOO_MANY_ATTEMPTS)$/.test(code))).toEqual([]);
    // Known people are served all the same.
    expect((await ask("/v1/modules", { headers: asAdmin() })).status).toBe(200);
  });

  test("ten thousand wrong passwords count as a few tries, fill neither the audit nor the memory, and lock nobody out", async () => {
    await person("victim", []);
    const signIn = (address: string, right = password) =>
      ask("/v1/session", { json: { name: "victim", password: right }, headers: { "x-forwarded-for": address } });
    expect((await signIn("192.0.2.10")).status).toBe(200);
    const before = memoryBytes();
    const codes = new Map<string, number>();
    for (let batch = 0; batch < 200; batch++)
      for (const code of await Promise.all(Array.from({ length: 50 }, (_, n) => signIn("192.0.2.66", `wrong ${batch} ${n}`).then(codeOf))))
        codes.set(code, (codes.get(code) ?? 0) + 1);
    const tried = codes.get("401 LOGIN_FAILED") ?? 0;
    expect(tried).toBeLessThan(20);
    expect(codes.get("429 TOO_MANY_ATTEMPTS")).toBe(10_000 - tried);
    expect(memoryBytes() - before).toBeLessThan(200_000_000);
    // People sign in at once where they signed in before, and elsewhere after the time that is named.
    expect((await signIn("192.0.2.10")).status).toBe(200);
    const elsewhere = await signIn("192.0.2.11");
    if (elsewhere.status !== 200) expect(Number(elsewhere.headers.get("retry-after"))).toBeLessThanOrEqual(30);
    await until(async () => (await signIn("192.0.2.11")).status === 200, {
      what: "the wait of the account",
      timeoutMs: 60_000,
      everyMs: 500,
    });
    const audit = (await (await ask("/v1/audit?limit=500&text=signIn", { headers: asAdmin() })).json()) as {
      items: { subject: string; outcome: string }[];
    };
    expect(audit.items.filter(({ subject, outcome }) => subject === "victim" && outcome === "failed").length).toBe(tried);
    expect(JSON.stringify(audit)).not.toContain("wrong 0");
  }, 180_000);

  test("an unknown name is answered as a wrong password is", async () => {
    const from = { "x-forwarded-for": "192.0.2.67" };
    const unknown = await ask("/v1/session", { json: { name: "nobody at all", password: "wrong password" }, headers: from });
    const known = await ask("/v1/session", {
      json: { name: "ada", password: "wrong password" },
      headers: { "x-forwarded-for": "192.0.2.68" },
    });
    const words = async (answer: Response) => ((await answer.json()) as { detail: string }).detail;
    expect([unknown.status, await words(unknown)]).toEqual([known.status, await words(known)]);
  });
});

describe("another namespace (IDOR)", () => {
  test.each([
    ["GET", "/v1/entities/example/greeter/a"],
    ["GET", "/v1/entities/example/greeter"],
    ["GET", "/v1/entities/%65xample/greeter/a"],
    ["GET", "/v1/history?type=example%2Fgreeter&id=a"],
    ["PATCH", "/v1/entities/example/greeter/a"],
    ["POST", "/v1/entities/example/greeter/a:retry"],
    ["POST", "/v1/messages/example/greeter/a"],
    ["POST", "/v1/messages/%65xample/greeter/a"],
    ["POST", "/v1/calls/example/greeter/a"],
    ["GET", "/v1/egresses/example/out"],
    ["DELETE", "/v1/egresses/example/out?through=1"],
  ])("%s %s is not for an admin of one namespace", async (method, path) => {
    const { token } = await tokenFor([{ role: "admin", namespace: "shop" }]);
    const body = method === "GET" || method === "DELETE" ? {} : { body: '{"name":"x","value":null}' };
    expect(await codeOf(await ask(path, { method, headers: bearer(token), ...body }))).toBe("403 FORBIDDEN");
  });

  test("a body that names two things is judged by the one that is acted on", async () => {
    const { token } = await tokenFor([{ role: "admin", namespace: "shop" }]);
    const body = '{"type":"shop/cart","type":"example/greeter","id":"a","action":"retry"}';
    expect(await codeOf(await ask("/v1/entities", { body, headers: bearer(token) }))).toBe("403 FORBIDDEN");
  });

  test("sessions and tokens of others look absent", async () => {
    const olga = await person("olga", [{ role: "operator", namespace: "shop" }]);
    const { sessions } = (await (await ask("/v1/sessions", { headers: asAdmin() })).json()) as {
      sessions: { id: string; person: string }[];
    };
    const other = sessions.find((session) => session.person === "ada");
    expect(await codeOf(await ask(`/v1/sessions/${other?.id}`, { method: "DELETE", headers: { cookie: olga } }))).toBe(
      "404 UNKNOWN_SESSION",
    );
    const { id } = await tokenFor([{ role: "viewer", namespace: "*" }]);
    expect(await codeOf(await ask(`/v1/tokens/${id}`, { method: "DELETE", headers: { cookie: olga } }))).toBe("404 UNKNOWN_TOKEN");
    expect(await (await ask("/v1/tokens", { headers: { cookie: olga } })).json()).toEqual({ tokens: [] });
  });
});

describe("headers", () => {
  test.each(["ada\r\nset-cookie: x=1", "ada\u0000", "a/b", " ", "gateway"])("no person is called %j", async (name) => {
    const answer = await ask("/v1/people", { json: { name, grants: [] }, headers: asAdmin() });
    expect([400, 409]).toContain(answer.status);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  test("the way back after the login stays on this gateway, whatever was requested", async () => {
    const answer = await ask("//evil.example/%0d%0aset-cookie:%20x=1");
    const location = answer.headers.get("location") ?? "";
    expect(new URL(location, gateway.url).origin).toBe(gateway.url);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("in mid-stream", () => {
  test("a live stream ends when its token is revoked, with the reason", async () => {
    const { id, token } = await tokenFor([{ role: "viewer", namespace: "*" }]);
    const input = encodeURIComponent(JSON.stringify({ flow: false, tails: [], entities: [] }));
    const answer = await ask(`/trpc/live.stream?input=${input}`, { headers: { ...bearer(token), accept: "text/event-stream" } });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBeDefined();
    await ask(`/v1/tokens/${id}`, { method: "DELETE", headers: asAdmin() });
    let rest = "";
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: "" };
      if (done) break;
      rest += value ?? "";
    }
    expect(rest).toContain("UNAUTHENTICATED");
  });

  test("a stream of messages over gRPC ends too, and sends no more", async () => {
    const { id, token } = await tokenFor([{ role: "sender", namespace: "example" }]);
    const client = new Client(`127.0.0.1:${gateway.grpcPort}`, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${token}`);
    const { path, requestSerialize, responseDeserialize } = ingressService["Publish"] ?? expect.unreachable();
    const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
    const ended = new Promise<number>((resolve) => stream.on("error", (error: Error & { code?: number }) => resolve(error.code ?? 0)));
    const answered = new Promise((resolve) => stream.once("data", resolve));
    stream.on("data", () => undefined);
    stream.write({ producer: "p", messages: [] });
    await answered;
    await ask(`/v1/tokens/${id}`, { method: "DELETE", headers: asAdmin() });
    expect(await ended).toBe(16);
    client.close();
  });
});

test("without its catalog the gateway lets nobody in anew, says why, and goes on with those who are in", async () => {
  const { token } = await tokenFor([{ role: "sender", namespace: "example" }]);
  const send = () => ask("/v1/messages/example/greeter/a", { body: "hello", headers: bearer(token) });
  expect((await send()).status).toBe(202);
  // The process has the file open and would keep it, so the tables are removed instead.
  const { default: Database } = await import("better-sqlite3");
  const database = new Database(join(gateway.dataDir, "catalog.db"));
  database.exec('ALTER TABLE "User" RENAME TO "GoneUser"; ALTER TABLE "ApiToken" RENAME TO "GoneToken";');
  database.close();
  expect(await codeOf(await ask("/v1/session", { json: { name: "ada", password } }))).toMatch(/^503 DATABASE_/);
  expect(
    await codeOf(await ask("/v1/tokens", { json: { name: "t", grants: [{ role: "viewer", namespace: "*" }] }, headers: asAdmin() })),
  ).toMatch(/^503 DATABASE_/);
  expect((await send()).status).toBe(202);
  rmSync(join(gateway.dataDir, "nothing"), { force: true });
});
