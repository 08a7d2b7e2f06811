/**
 * Signing in, tokens and roles on a whole gateway where callers have to sign in.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cookieOf, codeOf, everywhere, goodPassword, startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { startGateway } from "../support/start-gateway.ts";

let stand: PeopleStand;
beforeAll(async () => {
  stand = await startPeopleStand();
});
afterAll(() => stand[Symbol.asyncDispose]());

describe("a visitor without a session", () => {
  test.each(["/v1/modules", "/v1/flow", "/metrics", "/openapi.json", "/trpc/modules.list", "/v1/people", "/v1/sessions", "/v1/nothing"])(
    "gets nothing of %s",
    async (path) => {
      const answer = await stand.ask(path);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
      const text = await answer.text();
      expect([answer.status, /"code":"(\w+)"/.exec(text)?.[1]]).toEqual([401, "UNAUTHENTICATED"]);
    },
  );

  test("sends no message, over either way of reading it", async () => {
    expect(await codeOf(await stand.ask("/v1/messages/test/visits/a", { body: "hello" }))).toBe("401 UNAUTHENTICATED");
    const odd = await stand.ask("/v1/messages/test/visits/a", { body: "hello", headers: { origin: stand.box.url } });
    expect(await codeOf(odd)).toBe("401 UNAUTHENTICATED");
    expect(await codeOf(await stand.ask("/v1/messages/test/visits/a", { body: "hello", token: "sb_none" }))).toBe("401 UNAUTHENTICATED");
  });

  test("learns whether the gateway runs, and no more", async () => {
    expect(await (await stand.ask("/health")).json()).toEqual({ status: "running" });
    expect(Object.keys((await (await stand.ask("/health", { cookie: stand.adminCookie })).json()) as object)).toContain("epoch");
  });

  test("is led from a page to the login, which leads back", async () => {
    const answer = await stand.ask("/entities?type=a%2Fb");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/login?next=%2Fentities%3Ftype%3Da%252Fb"]);
    expect((await stand.ask("/login")).status).not.toBe(303);
  });

  test("is told that a login is needed", async () => {
    expect(await (await stand.ask("/v1/me")).json()).toMatchObject({
      loginRequired: true,
      because: "setting",
      kind: "anonymous",
      role: null,
    });
  });
});

describe("a set-up link", () => {
  test("is good once", async () => {
    const { identity } = stand.box.gateway.core;
    expect(identity.firstLink()).toBeUndefined();
    const { code } = await stand.invite("once", everywhere("viewer"));
    cookieOf(await stand.ask("/v1/setup", { json: { code, password: goodPassword } }));
    expect(await codeOf(await stand.ask("/v1/setup", { json: { code, password: goodPassword } }))).toBe("410 SETUP_LINK_USED");
    expect(await codeOf(await stand.ask("/v1/setup", { json: { code: "guess", name: "eve", password: goodPassword } }))).toBe(
      "410 SETUP_LINK_USED",
    );
  });

  test("wants a password that is long enough", async () => {
    const { code } = await stand.invite("short", everywhere("viewer"));
    expect(await codeOf(await stand.ask("/v1/setup", { json: { code, password: "short" } }))).toBe("400 INVALID_REQUEST");
  });
});

describe("a session", () => {
  test("begins with a cookie that scripts and other sites cannot use, and ends with signing out", async () => {
    const answer = await stand.ask("/v1/session", { json: { name: "ada", password: goodPassword } });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^signalbox=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const cookie = cookieOf(answer);
    expect((await stand.ask("/v1/modules", { cookie })).status).toBe(200);
    const out = await stand.ask("/v1/session", { method: "DELETE", cookie });
    expect([out.status, out.headers.getSetCookie().length]).toEqual([204, 2]);
    expect((await stand.ask("/v1/modules", { cookie })).status).toBe(401);
  });

  test("has the prefix that needs TLS where the browser speaks TLS to a proxy", async () => {
    const headers = { "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7" };
    const answer = await stand.ask("/v1/session", { json: { name: "ada", password: goodPassword }, headers });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-signalbox=.+; Secure$/);
    const cookie = cookieOf(answer);
    const { sessions } = (await (await stand.ask("/v1/sessions", { cookie })).json()) as { sessions: { own: boolean; address: string }[] };
    expect(sessions.find(({ own }) => own)?.address).toBe("192.0.2.7");
  });

  test("that came over TLS is read by the name that needs TLS alone, because another host may have made the other one", async () => {
    const plain = await stand.signIn("ada");
    const overTls = { "x-forwarded-proto": "https" };
    expect(await codeOf(await stand.ask("/v1/people", { cookie: plain, headers: overTls }))).toBe("401 UNAUTHENTICATED");
    const strict = plain.replace("signalbox=", "__Host-signalbox=");
    expect((await stand.ask("/v1/people", { cookie: `${plain.slice(0, -3)}; ${strict}`, headers: overTls })).status).toBe(200);
    // Signing in again ends the session that the browser had; it must not end one that an attacker chose.
    const json = { name: "ada", password: goodPassword };
    expect((await stand.ask("/v1/session", { json, cookie: plain, headers: overTls })).status).toBe(200);
    expect((await stand.ask("/v1/people", { cookie: plain })).status).toBe(200);
  });

  test("can be begun whatever cookies another host put into the browser", async () => {
    const json = { name: "ada", password: goodPassword };
    expect((await stand.ask("/v1/session", { json, cookie: `signalbox=${"a".repeat(2_000)}` })).status).toBe(200);
  });

  test("is a new one at each login, and the replaced one is over", async () => {
    const before = await stand.signIn("ada");
    const answer = await stand.ask("/v1/session", { json: { name: "ada", password: goodPassword }, cookie: before });
    expect(cookieOf(answer)).not.toBe(before);
    expect((await stand.ask("/v1/modules", { cookie: before })).status).toBe(401);
  });

  test("of a person who is locked out is over at once, and so are their roles", async () => {
    const { id, code } = await stand.invite("max", everywhere("operator"));
    const cookie = cookieOf(await stand.ask("/v1/setup", { json: { code, password: goodPassword } }));
    expect((await stand.ask("/v1/modules", { cookie })).status).toBe(200);
    await stand.ask(`/v1/people/${id}`, { method: "PATCH", json: { disabled: true }, cookie: stand.adminCookie });
    expect((await stand.ask("/v1/modules", { cookie })).status).toBe(401);
    expect(await codeOf(await stand.ask("/v1/session", { json: { name: "max", password: goodPassword } }))).toBe("401 LOGIN_FAILED");
  });
});

test("no two people have names that look alike, and no name is invisible", async () => {
  await stand.invite("Zoë", []);
  const invited = (name: string) => stand.ask("/v1/people", { json: { name, grants: [] }, cookie: stand.adminCookie }).then(codeOf);
  for (const name of ["Zoë", "zoë", "ZOË", "Zoe\u0308", "\uff3aoë", "\uff4cocal", "Gateway", "somebody"])
    expect([name, await invited(name)]).toEqual([name, "409 NAME_TAKEN"]);
  for (const name of ["\u3164", "Zoë\u200b", "\u202eada", "a\u115fb"])
    expect([name, await invited(name)]).toEqual([name, "400 INVALID_REQUEST"]);
  expect(await invited("Zoe")).toMatch(/^201/);
});

describe("a token", () => {
  test("does what its role allows, in its namespaces, and is in no list", async () => {
    const { token } = await stand.token({ grants: [{ role: "sender", namespace: "test" }] });
    expect(token).toMatch(/^sb_[\w-]{43}$/);
    expect(await codeOf(await stand.ask("/v1/messages/test/visits/a", { body: "x", token }))).toBe("404 UNKNOWN_FUNCTION_TYPE");
    expect(await codeOf(await stand.ask("/v1/messages/shop/cart/a", { body: "x", token }))).toBe("403 FORBIDDEN");
    expect(await codeOf(await stand.ask("/v1/entities/test/visits", { token }))).toBe("200");
    expect(await codeOf(await stand.ask("/v1/entities/shop/cart", { token }))).toBe("403 FORBIDDEN");
    expect(await codeOf(await stand.ask("/v1/modules/a", { method: "PUT", body: "x", token }))).toBe("403 FORBIDDEN");
    expect(await (await stand.ask("/v1/tokens", { cookie: stand.adminCookie })).text()).not.toContain(token);
  });

  test("for one ingress sends through it and does nothing else", async () => {
    const { token } = await stand.token({ ingress: "http" });
    expect(await codeOf(await stand.ask("/v1/messages/test/visits/a", { body: "x", token }))).toBe("404 UNKNOWN_FUNCTION_TYPE");
    expect(await codeOf(await stand.ask("/v1/modules", { token }))).toBe("403 FORBIDDEN");
    expect(await codeOf(await stand.ask("/v1/sessions", { token }))).toBe("403 FORBIDDEN");
    const other = await stand.token({ ingress: "grpc" });
    expect(await codeOf(await stand.ask("/v1/messages/test/visits/a", { body: "x", token: other.token }))).toBe("403 FORBIDDEN");
  });

  test("for an ingress that no module declares is refused", async () => {
    const made = (ingress: string) => stand.ask("/v1/tokens", { json: { name: "way in", ingress }, cookie: stand.adminCookie });
    expect(await codeOf(await made("shop/orders"))).toBe("404 UNKNOWN_CONNECTOR");
    const body = "kind: io.signalbox.v1/egress\nspec:\n  id: shop/orders\n";
    await stand.ask("/v1/modules/orders", { method: "PUT", body, cookie: stand.adminCookie });
    expect((await made("shop/orders")).status).toBe(201);
  });

  test("is one of two hundred valid ones for a person who is no admin, and a revoked one makes room", async () => {
    const { code } = await stand.invite("collector", everywhere("viewer"));
    const cookie = cookieOf(await stand.ask("/v1/setup", { json: { code, password: goodPassword } }));
    const make = () => stand.ask("/v1/tokens", { json: { name: "one of many", grants: everywhere("viewer") }, cookie });
    const made = await Promise.all(
      Array.from({ length: 180 }, () => make().then(async (answer) => ((await answer.json()) as { id: string }).id)),
    );
    let refusal = "";
    for (let at = 0; at < 25 && refusal === ""; at++) {
      const answer = await make();
      if (!answer.ok) refusal = await codeOf(answer);
    }
    expect(refusal).toMatch(/TOO_MANY_PEOPLE$/);
    await stand.ask(`/v1/tokens/${made[0] ?? ""}`, { method: "DELETE", cookie });
    expect((await make()).status).toBe(201);
  });

  test("for one ingress alone with roles beside it is refused, so that neither wish is dropped silently", async () => {
    const json = { name: "both", ingress: "http", grants: everywhere("viewer") };
    const answer = await stand.ask("/v1/tokens", { json, cookie: stand.adminCookie });
    expect(await codeOf(answer)).toBe("400 INVALID_REQUEST");
  });

  test("that was revoked is useless at once", async () => {
    const { id, token } = await stand.token({ grants: everywhere("viewer") });
    expect((await stand.ask("/v1/modules", { token })).status).toBe(200);
    await stand.ask(`/v1/tokens/${id}`, { method: "DELETE", cookie: stand.adminCookie });
    expect(await codeOf(await stand.ask("/v1/modules", { token }))).toBe("401 UNAUTHENTICATED");
  });

  test("may do no more than the person who makes it", async () => {
    const { code } = await stand.invite("olga", [{ role: "operator", namespace: "shop" }]);
    const cookie = cookieOf(await stand.ask("/v1/setup", { json: { code, password: goodPassword } }));
    const make = (grants: unknown) => stand.ask("/v1/tokens", { json: { name: "t", grants }, cookie });
    expect((await make([{ role: "operator", namespace: "shop" }])).status).toBe(201);
    expect(await codeOf(await make([{ role: "admin", namespace: "shop" }]))).toBe("403 FORBIDDEN");
    expect(await codeOf(await make([{ role: "viewer", namespace: "pay" }]))).toBe("403 FORBIDDEN");
  });
});

test("another password ends the other sessions, says how many, and keeps this one", async () => {
  const { code } = await stand.invite("petra", everywhere("viewer"));
  const here = cookieOf(await stand.ask("/v1/setup", { json: { code, password: goodPassword } }));
  const elsewhere = [await stand.signIn("petra"), await stand.signIn("petra")];
  const change = (json: unknown) => stand.ask("/v1/me/password", { method: "PUT", json, cookie: here });
  const password = "another password that is long";
  expect(await codeOf(await change({ current: "not the one that it is", password }))).toBe("401 LOGIN_FAILED");
  expect(await codeOf(await change({ current: goodPassword, password: "short" }))).toBe("400 INVALID_REQUEST");
  for (const cookie of elsewhere) expect((await stand.ask("/v1/modules", { cookie })).status).toBe(200);
  expect(await (await change({ current: goodPassword, password })).json()).toEqual({ endedSessions: 2 });
  expect((await stand.ask("/v1/modules", { cookie: here })).status).toBe(200);
  for (const cookie of elsewhere) expect(await codeOf(await stand.ask("/v1/modules", { cookie }))).toBe("401 UNAUTHENTICATED");
  expect(await codeOf(await stand.ask("/v1/session", { json: { name: "petra", password: goodPassword } }))).toBe("401 LOGIN_FAILED");
  expect((await stand.ask("/v1/session", { json: { name: "petra", password } })).status).toBe(200);
});

test("the last person who may manage people can lock nobody out for good, themselves included", async () => {
  const { people } = (await (await stand.ask("/v1/people", { cookie: stand.adminCookie })).json()) as {
    people: { id: string; name: string }[];
  };
  const ada = people.find(({ name }) => name === "ada");
  const change = (json: unknown) => stand.ask(`/v1/people/${ada?.id}`, { method: "PATCH", json, cookie: stand.adminCookie });
  expect(await codeOf(await change({ disabled: true }))).toBe("409 LAST_ADMIN");
  expect(await codeOf(await change({ grants: [] }))).toBe("409 LAST_ADMIN");
});

test("once the first admin has a password on loopback, every visitor has to sign in", async () => {
  await using box = await startGateway();
  const post = (path: string, json: unknown) => box.fetch(path, { method: "POST", body: JSON.stringify(json) });
  expect(await (await box.fetch("/v1/me")).json()).toMatchObject({ loginRequired: false, name: "local", role: "admin" });
  const { link } = (await (await post("/v1/people", { name: "ada", grants: everywhere("admin") })).json()) as { link: { code: string } };
  expect((await box.fetch("/v1/modules")).status).toBe(200);
  const cookie = cookieOf(await post("/v1/setup", { code: link.code, password: goodPassword }));
  expect((await box.fetch("/v1/modules")).status).toBe(401);
  expect((await box.fetch("/v1/modules", { headers: { cookie } })).status).toBe(200);
});
