/**
 * Signing in by a real OpenID provider: the way there and back, who somebody becomes here, and everything that must not let anybody in.
 */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PersonRow } from "../../src/contract/people/people.ts";
import { parseGroupGrant, type ProviderSettings } from "../../src/identity/provider-settings.ts";
import { IdentityProviderStand } from "../support/identity-provider-stand.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";

const origin = "http://127.0.0.1:4999";
const callback = `${origin}/v1/session/provider/callback`;
const grant = (text: string) => parseGroupGrant(text) ?? { group: "", grant: { role: "viewer" as const, namespace: "" } };

let provider: IdentityProviderStand;
let stand: PeopleStand;
let settings: ProviderSettings;

beforeAll(async () => {
  provider = await IdentityProviderStand.start(callback);
  settings = {
    issuer: new URL(provider.issuer),
    clientId: "signalbox",
    clientSecret: "a-secret-of-tests",
    label: "Example",
    scope: "openid profile",
    groupsClaim: "groups",
    grants: [grant("shop-team=operator:shop"), grant("*=viewer:*")],
  };
  // The gateway's own port is not known before it runs. The origin of a proxy is known, and the browser of this test does not go through
  // the proxy.
  stand = await startPeopleStand({ provider: settings, allowedOrigins: [origin] });
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

interface Left {
  readonly location: string;
  readonly flowCookie: string;
}

async function leave(next = "/flow"): Promise<Left> {
  const answer = await stand.ask(`/v1/session/provider?next=${encodeURIComponent(next)}`);
  expect(answer.status).toBe(303);
  expect(answer.headers.getSetCookie()[0]).toMatch(/^signalbox-sign-in=.*HttpOnly; SameSite=Lax; Max-Age=600$/);
  return { location: answer.headers.get("location") ?? "", flowCookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
}

/** Requests the URL as a browser does that follows the provider's redirect; fetch would say that a script asks. */
function comeBack(url: URL, cookie?: string, gateway = stand.box.url): Promise<Response> {
  const headers = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "user-agent": "Mozilla/5.0",
    ...(cookie === undefined ? {} : { cookie }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(gateway + url.pathname + url.search, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const all = new Headers();
        for (const [name, value] of Object.entries(answer.headers)) for (const one of [value ?? []].flat()) all.append(name, one);
        resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: all }));
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

async function signIn(account: string, next?: string): Promise<Response> {
  const { location, flowCookie } = await leave(next);
  return comeBack(await provider.walk(location, account), flowCookie);
}

const sessionOf = (answer: Response): string =>
  (answer.headers.getSetCookie().find((cookie) => cookie.startsWith("signalbox=")) ?? "").split(";")[0] ?? "";
const refusalOf = (answer: Response): string => new URL(answer.headers.get("location") ?? "", origin).searchParams.get("refused") ?? "";

async function people(): Promise<PersonRow[]> {
  return ((await (await stand.ask("/v1/people", { cookie: stand.adminCookie })).json()) as { people: PersonRow[] }).people;
}

describe("a person whom the provider vouches for", () => {
  test("gets the roles of their groups, is signed in, and goes to the page of ours that they wanted", async () => {
    provider.accounts.set("u-17", { sub: "u-17", preferred_username: "grace", groups: ["shop-team"] });
    const answer = await signIn("u-17", "/entities?type=shop%2Fcart");
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('content="0;url=/entities?type=shop%2Fcart"');
    const me = await stand.ask("/v1/me", { cookie: sessionOf(answer) });
    expect(await me.json()).toMatchObject({
      name: "grace",
      provider: "Example",
      grants: [
        { role: "operator", namespace: "shop" },
        { role: "viewer", namespace: "*" },
      ],
    });
    expect((await people()).find(({ name }) => name === "grace")).toMatchObject({ signsInBy: ["provider"] });
  });

  test("is the same person the next time, under another name too, with the roles of today", async () => {
    provider.accounts.set("u-18", { sub: "u-18", preferred_username: "joan", groups: ["shop-team"] });
    await signIn("u-18");
    provider.accounts.set("u-18", { sub: "u-18", preferred_username: "joan the second" });
    const before = (await people()).length;
    const answer = await signIn("u-18");
    expect(await (await stand.ask("/v1/me", { cookie: sessionOf(answer) })).json()).toMatchObject({
      name: "joan",
      grants: [{ role: "viewer", namespace: "*" }],
    });
    expect(await people()).toHaveLength(before);
  });

  test("never becomes a person who is here already, whatever name they have there", async () => {
    provider.accounts.set("evil", { sub: "evil", preferred_username: "ada" });
    provider.accounts.set("evil-2", { sub: "evil-2", preferred_username: "local" });
    provider.accounts.set("evil-3", { sub: "evil-3", preferred_username: "\uff21da" });
    provider.accounts.set("evil-4", { sub: "evil-4", preferred_username: " / " });
    for (const [account, name] of [
      ["evil", "ada 2"],
      ["evil-2", "local 2"],
      ["evil-3", "\uff21da 3"],
      ["evil-4", "evil-4"],
    ] as const) {
      const answer = await signIn(account);
      expect(await (await stand.ask("/v1/me", { cookie: sessionOf(answer) })).json()).toMatchObject({ name, role: "viewer" });
    }
  });

  test("is not let in when they are locked out here", async () => {
    provider.accounts.set("u-19", { sub: "u-19", preferred_username: "kept out" });
    await signIn("u-19");
    const person = (await people()).find(({ name }) => name === "kept out");
    const changed = await stand.ask(`/v1/people/${person?.id ?? ""}`, {
      method: "PATCH",
      json: { disabled: true },
      cookie: stand.adminCookie,
    });
    expect(changed.status).toBe(200);
    expect(refusalOf(await signIn("u-19"))).toBe("PROVIDER_REFUSED");
  });

  test("is named in the audit, without any secret from the provider", async () => {
    const audit = await (await stand.ask("/v1/audit", { cookie: stand.adminCookie })).text();
    expect(audit).toContain("people.signInByProvider");
    expect(audit).not.toContain("code=");
  });
});

describe("a sign-in fails and nobody is let in", () => {
  const cases: readonly [string, (url: URL, own: string) => Promise<[URL, string?]> | [URL, string?]][] = [
    ["without the cookie of a browser that left", (url) => [url]],
    ["with the cookie of another flow", async (url) => [url, (await leave()).flowCookie]],
    ["with a cookie of somebody's making", (url) => [url, "signalbox-sign-in=e30"]],
    ["with another state", (url, own) => [withParameter(url, "state", "other"), own]],
    ["with another code", (url, own) => [withParameter(url, "code", "other"), own]],
    ["with the answer of another issuer", (url, own) => [withParameter(url, "iss", "http://127.0.0.1:1"), own]],
    ["when the person refused", (url, own) => [refusedBy(url), own]],
  ];
  test.each(cases)("%s", async (_name, change) => {
    provider.accounts.set("u-20", { sub: "u-20", preferred_username: "mallory" });
    const { location, flowCookie } = await leave();
    const [url, cookie] = await change(await provider.walk(location, "u-20"), flowCookie);
    const answer = await comeBack(url, cookie);
    expect(answer.status).toBe(303);
    expect(refusalOf(answer)).toBe("PROVIDER_REFUSED");
    expect(sessionOf(answer)).toBe("");
  });

  test("a second time with the same answer", async () => {
    provider.accounts.set("u-21", { sub: "u-21", preferred_username: "twice" });
    const { location, flowCookie } = await leave();
    const back = await provider.walk(location, "u-21");
    expect(sessionOf(await comeBack(back, flowCookie))).not.toBe("");
    expect(refusalOf(await comeBack(back, flowCookie))).toBe("PROVIDER_REFUSED");
  });

  test.each(["//evil.example", "https://evil.example/", "/\\evil.example", "/login", "javascript:alert(1)"])(
    "is led to %s afterwards",
    async (next) => {
      provider.accounts.set("u-22", { sub: "u-22", preferred_username: "led" });
      expect(await (await signIn("u-22", next)).text()).toContain('content="0;url=/"');
    },
  );
});

test("the groups of the last admin take the role from nobody: nobody is let in, their sessions end, and the login stays needed", async () => {
  await using other = await startPeopleStand({ provider: { ...settings, grants: [grant("admins=admin:*")] }, allowedOrigins: [origin] });
  const arrive = async (): Promise<Response> => {
    const left = await other.ask("/v1/session/provider");
    const back = await provider.walk(left.headers.get("location") ?? "", "u-30");
    return comeBack(back, left.headers.getSetCookie()[0]?.split(";")[0], other.box.url);
  };
  provider.accounts.set("u-30", { sub: "u-30", preferred_username: "boss", groups: ["admins"] });
  const cookie = sessionOf(await arrive());
  const { people: all } = (await (await other.ask("/v1/people", { cookie })).json()) as { people: PersonRow[] };
  const ada = all.find(({ name }) => name === "ada")?.id ?? "";
  expect((await other.ask(`/v1/people/${ada}`, { method: "PATCH", json: { disabled: true }, cookie })).status).toBe(200);
  provider.accounts.set("u-30", { sub: "u-30", preferred_username: "boss" });
  expect(refusalOf(await arrive())).toBe("PROVIDER_REFUSED");
  expect((await other.ask("/v1/people", { cookie })).status).toBe(401);
  const { identity } = other.box.gateway.core;
  await identity.refresh();
  expect(identity.firstLink()).toBeUndefined();
});

test("while the provider is down sessions go on, passwords work, and a new sign-in says why it fails", async () => {
  const away = { ...settings, issuer: new URL("http://127.0.0.1:9/") };
  await using other = await startPeopleStand({ provider: away });
  const answer = await other.ask("/v1/session/provider");
  expect(refusalOf(answer)).toBe("PROVIDER_UNREACHABLE");
  expect(answer.headers.get("location")).toBe("/login?refused=PROVIDER_UNREACHABLE");
  expect((await other.ask("/v1/people", { cookie: other.adminCookie })).status).toBe(200);
  expect(await other.signIn("ada")).toContain("signalbox=");
});

test("where TLS ends before the gateway, the origin of the settings says how browsers come", async () => {
  await using other = await startPeopleStand({ provider: settings, allowedOrigins: ["https://box.example"] });
  const answer = await other.ask("/v1/session/provider");
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-signalbox-sign-in=.*; Secure$/);
  const asked = new URL(answer.headers.get("location") ?? "").searchParams.get("redirect_uri");
  expect(asked).toBe("https://box.example/v1/session/provider/callback");
});

test("a sign-in that another host of the same domain began is not one of this browser", async () => {
  await using other = await startPeopleStand({ provider: settings, allowedOrigins: ["https://box.example"] });
  const left = await other.ask("/v1/session/provider");
  const tossed = (left.headers.getSetCookie()[0] ?? "").split(";")[0]?.replace("__Host-", "");
  const back = new URL("https://box.example/v1/session/provider/callback?code=x&state=y");
  expect(refusalOf(await comeBack(back, tossed, other.box.url))).toBe("PROVIDER_REFUSED");
  expect(await (await other.ask("/v1/audit?text=Provider", { cookie: other.adminCookie })).text()).toContain("its cookie is gone");
});

test.each(["//evil.example/", "/\\\\evil.example", `/flow?x=${"é".repeat(2_000)}`])(
  "a cookie that says %s leads nobody there",
  async (next) => {
    provider.accounts.set("u-31", { sub: "u-31", preferred_username: "tossed" });
    const { location, flowCookie } = await leave();
    const [name = "", kept = ""] = flowCookie.split("=", 2);
    const flow = { ...(JSON.parse(Buffer.from(kept, "base64url").toString()) as object), next };
    const cookie = `${name}=${Buffer.from(JSON.stringify(flow)).toString("base64url").slice(0, 4_000)}`;
    expect(await (await comeBack(await provider.walk(location, "u-31"), cookie)).text()).not.toContain(`url=${next}`);
  },
);

function withParameter(url: URL, name: string, value: string): URL {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed;
}

function refusedBy(url: URL): URL {
  const changed = withParameter(url, "error", "access_denied");
  changed.searchParams.delete("code");
  return changed;
}
