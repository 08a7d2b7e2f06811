/**
 * A provider whose answers are endless, highly compressed, missing, or an hour off: nobody is signed in by it, and its cost here is
 * bounded.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { IdentityProvider } from "../../src/identity/identity-provider.ts";
import type { ProviderSettings } from "../../src/identity/provider-settings.ts";

const mebibyte = 1024 * 1024;
let server: Server;
let issuer = "";
let nowMs = 0;
let sentBytes = 0;
/** The answers by path; a missing path is answered as the discovery document says. */
let answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void>;
let discovered: () => object;

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  sentBytes = 0;
  answers = {};
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://here").pathname;
    response.setHeader("content-type", "application/json");
    (answers[path] ?? (() => void response.end(JSON.stringify(discovered()))))(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  discovered = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((closed) => server.close(() => closed()));
});

function provider(): IdentityProvider {
  const settings: ProviderSettings = {
    issuer: new URL(issuer),
    clientId: "signalbox",
    clientSecret: "s",
    label: "Example",
    scope: "openid",
    groupsClaim: "groups",
    grants: [],
  };
  return new IdentityProvider(settings, () => nowMs);
}

const leave = (of: IdentityProvider) => of.depart({ redirectUri: "http://127.0.0.1/v1/session/provider/callback", next: "/" });

async function arrive(of: IdentityProvider): Promise<unknown> {
  const { location, flow } = await leave(of);
  const state = new URL(location).searchParams.get("state") ?? "";
  const returned = new URL(`http://127.0.0.1/v1/session/provider/callback?code=c&state=${state}`);
  return of.arrive({ returned, flow }).catch((error: unknown) => (error as { code: string }).code);
}

function endless(_request: IncomingMessage, response: ServerResponse): void {
  const more = (): void => {
    if (response.destroyed || sentBytes > 64 * mebibyte) return void response.end();
    sentBytes += 64 * 1024;
    response.write(Buffer.alloc(64 * 1024, " "), more);
  };
  more();
}

function packed(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(64 * mebibyte, " ")));
}

test.each([
  ["its description", "/.well-known/openid-configuration"],
  ["its tokens", "/token"],
])("%s without end, or small and packed, is cut and refused", async (_what, path) => {
  for (const answer of [endless, packed]) {
    answers[path] = answer;
    const of = provider();
    expect(await arrive(of).catch((error: unknown) => (error as { code: string }).code)).toBe("PROVIDER_UNREACHABLE");
  }
  expect(sentBytes).toBeLessThan(16 * mebibyte);
});

test("a bounded number of sign-ins is checked at once, and one more is told to wait", async () => {
  const waiting: ServerResponse[] = [];
  answers["/token"] = (_request, response) => void waiting.push(response);
  const of = provider();
  await leave(of);
  const arriving = Array.from({ length: 50 }, () => arrive(of));
  await expect.poll(() => waiting.length).toBe(32);
  for (const response of waiting) response.destroy();
  const codes = await Promise.all(arriving);
  expect([codes.filter((code) => code === "LOGIN_BUSY").length, codes.filter((code) => code === "PROVIDER_UNREACHABLE").length]).toEqual([
    18, 32,
  ]);
});

test("its own description is fetched again after an hour, and stays in force while it does not answer", async () => {
  const of = provider();
  const locationOf = async (): Promise<string> => new URL((await leave(of)).location).pathname;
  expect(await locationOf()).toBe("/authorize");
  const before = discovered;
  discovered = () => ({ ...before(), authorization_endpoint: `${issuer}/moved` });
  expect(await locationOf()).toBe("/authorize");
  nowMs += 3_600_000;
  expect(await locationOf()).toBe("/moved");
  answers["/.well-known/openid-configuration"] = (request) => void request.socket.destroy();
  nowMs += 3_600_000;
  expect(await locationOf()).toBe("/moved");
});
