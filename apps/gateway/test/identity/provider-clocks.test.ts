/**
 * An identity provider whose clock differs from ours, whose ID tokens somebody else signed, or which fails during a sign-in: nobody is
 * signed in by it, the audit has the reason, and people who are signed in stay so. The provider here says what the test sets;
 * provider.test.ts has a real one.
 */
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { failuresAnHourMax } from "../../src/services/audit/failures-an-hour.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const foreign = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;

let server: Server;
let issuer = "";
let stand: PeopleStand;
/** What the next ID token says, except for whom it is. */
let claims: (nowSeconds: number) => Record<string, unknown>;
let signedBy: KeyObject;
let answers: "token" | "nothing";
let nonce = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    const json = (body: object): void => void response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    const path = new URL(request.url ?? "/", issuer).pathname;
    if (path === "/keys") return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k", alg: "RS256", use: "sig" }] });
    if (path !== "/token")
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      });
    if (answers === "nothing") return void request.socket.destroy();
    json({ access_token: "x", token_type: "Bearer", id_token: idToken() });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stand = await startPeopleStand({
    provider: {
      issuer: new URL(issuer),
      clientId: "signalbox",
      clientSecret: "s",
      label: "Example",
      scope: "openid",
      groupsClaim: "groups",
      grants: [],
    },
  });
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  claims = (now) => ({ iat: now, exp: now + 300 });
  signedBy = privateKey;
  answers = "token";
});

function idToken(): string {
  const part = (body: object): string => Buffer.from(JSON.stringify(body)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  const text = `${part({ alg: "RS256", kid: "k" })}.${part({ iss: issuer, aud: "signalbox", sub: "u-1", nonce, ...claims(now) })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(signedBy).toString("base64url")}`;
}

/** Goes to the provider and comes back. Returns `in`, or the code of the refusal. */
async function signIn(): Promise<string> {
  const left = await stand.ask("/v1/session/provider");
  const cookie = left.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const asked = new URL(left.headers.get("location") ?? "http://none").searchParams;
  nonce = asked.get("nonce") ?? "";
  const answer = await stand.ask(`/v1/session/provider/callback?code=c&state=${asked.get("state") ?? ""}`, { cookie });
  const session = answer.headers.getSetCookie().find((one) => one.startsWith("signalbox="));
  if (session !== undefined) return "in";
  return new URL(answer.headers.get("location") ?? "http://none", issuer).searchParams.get("refused") ?? `${answer.status}`;
}

async function reason(): Promise<string> {
  const audit = (await (await stand.ask("/v1/audit?limit=1&text=signInByProvider", { cookie: stand.adminCookie })).json()) as {
    items: { after: string | null; outcome: string }[];
  };
  return `${audit.items[0]?.outcome}: ${audit.items[0]?.after}`;
}

describe("a clock that is not ours", () => {
  test.each<[string, (now: number) => Record<string, unknown>]>([
    ["now", (now) => ({ iat: now, exp: now + 300 })],
    ["that ran out 40 s ago", (now) => ({ iat: now - 400, exp: now - 40 })],
    ["of 40 s from now", (now) => ({ iat: now + 40, exp: now + 340, nbf: now + 40 })],
  ])("within the tolerance is accepted: an ID token %s", async (_what, said) => {
    claims = said;
    expect(await signIn()).toBe("in");
  });

  test.each<[string, (now: number) => Record<string, unknown>, RegExp]>([
    ["that ran out two minutes ago", (now) => ({ iat: now - 400, exp: now - 120 }), /ran out 12\d s ago.*may differ by 60 s/],
    ["of two minutes from now", (now) => ({ iat: now + 120, exp: now + 400 }), /is of 1[12]\d s from now.*may differ by 60 s/],
    ["that is not good yet", (now) => ({ iat: now, exp: now + 400, nbf: now + 120 }), /is good in 1[12]\d s.*may differ by 60 s/],
    ["without an end", (now) => ({ iat: now, exp: undefined }), /does not hold/],
  ])("beyond it is refused, with the reason in the audit: an ID token %s", async (_what, said, why) => {
    claims = said;
    expect(await signIn()).toBe("PROVIDER_REFUSED");
    expect(await reason()).toMatch(why);
  });
});

test("an ID token with another signature signs nobody in", async () => {
  signedBy = foreign;
  expect(await signIn()).toBe("PROVIDER_REFUSED");
  expect(await reason()).toMatch(/^failed: .*signature/);
});

test("a provider that goes away between leaving and coming back signs nobody in, and the next try may succeed", async () => {
  answers = "nothing";
  expect(await signIn()).toBe("PROVIDER_UNREACHABLE");
  expect(await reason()).toMatch(/^failed: .*does not answer/);
  expect((await stand.ask("/v1/people", { cookie: stand.adminCookie })).status).toBe(200);
  answers = "token";
  expect(await signIn()).toBe("in");
});

test("a client that reaches the port cannot fill the audit with sign-ins that it never began, nor with sign-outs of nobody", async () => {
  const come = async (): Promise<unknown> => {
    await stand.ask("/v1/session", { method: "DELETE" });
    return (await stand.ask("/v1/session/provider/callback?code=c&state=s")).text();
  };
  for (let batch = 0; batch < 15; batch++) await Promise.all(Array.from({ length: 20 }, come));
  const entries = async (text: string): Promise<number> => {
    const answer = await stand.ask(`/v1/audit?limit=500&text=${text}`, { cookie: stand.adminCookie });
    return ((await answer.json()) as { items: unknown[] }).items.length;
  };
  const told = await entries("signInByProvider");
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(failuresAnHourMax + 4);
  expect(await entries("signOut")).toBe(0);
});
