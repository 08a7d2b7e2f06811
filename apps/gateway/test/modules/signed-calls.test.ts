/** Calls carry the headers of their endpoint and, where it has a key, a signature that functions check; both against a whole gateway. */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { entity, types } from "@signalbox/functions";
import { handler } from "@signalbox/functions/fetch";
import { nodeHandler, serve } from "@signalbox/functions/node";
import { readSigningKey } from "@signalbox/runtime/signing-key";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const pem = (): string => generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const key = pem();
/** The 32 bytes of the key in the PEM text. */
const seed = createPrivateKey(key).export({ format: "der", type: "pkcs8" }).subarray(-32).toString("base64");
const publicKey = ((read) => (read.kind === "ok" ? read.publicKey : ""))(readSigningKey(key));
const counter = entity("shop/counter", {
  state: { count: types.int },
  messages: { text: types.string },
  on: {
    text(ctx) {
      ctx.state.count.set((ctx.state.count.get() ?? 0) + 1);
    },
  },
});

let box: TestGateway;
const came: IncomingHttpHeaders[] = [];
const handle = nodeHandler([counter], { signedBy: [publicKey] });
const functions = createServer((request, response) => {
  came.push(request.headers);
  handle(request, response);
});
const moduleOf = (transport: string, url = `http://127.0.0.1:${(functions.address() as AddressInfo).port}/`): string =>
  `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: shop/*\n  urlPathTemplate: ${url}\n  transport:\n    type: io.statefun.transports.v1/async\n${transport}`;
const apply = async (yaml: string): Promise<{ status: number; text: string }> => {
  const answer = await box.fetch("/v1/modules/shop", { method: "PUT", body: yaml });
  return { status: answer.status, text: await answer.text() };
};
const state = async (id: string): Promise<string> => await (await box.fetch(`/v1/entities/shop/counter/${id}`)).text();

beforeAll(async () => {
  await new Promise<void>((resolve) => functions.listen(0, "127.0.0.1", resolve));
  box = await startGateway({ env: { KEY: seed, PEM: key, TOKEN: "canary-token" }, limits: { attemptsMax: 1, breakerEntitiesMin: 1000 } });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  functions.close().closeAllConnections();
});

describe("an endpoint with headers and a signing key", () => {
  test("sends both with each call, and functions that check the signature run", async () => {
    const yaml = moduleOf("    headers:\n      - authorization: Bearer ${TOKEN}\n      - X-Team: shop\n    signingKey: ${KEY}\n");
    expect((await apply(yaml)).status).toBe(200);
    for (const id of ["a", "b", "a"]) await box.fetch(`/v1/messages/shop/counter/${id}`, { method: "POST", body: "x" });
    await box.gateway.core.engine.settled();
    expect(JSON.parse(await state("a"))).toMatchObject({ status: "idle", state: [expect.objectContaining({ name: "count" })] });
    expect(came.length).toBeGreaterThan(1);
    for (const headers of came) {
      expect(headers).toMatchObject({ authorization: "Bearer canary-token", "x-team": "shop" });
      expect(headers["signalbox-signature"]).toMatch(/^t=\d{10},k=[0-9a-f]{16},v1=/);
    }
  });

  test("shows the names and the public key, and never a secret", async () => {
    const { endpoints } = (await (await box.fetch("/v1/endpoints")).json()) as {
      endpoints: { callHeaders: string[]; publicKey: string }[];
    };
    expect(endpoints[0]).toMatchObject({ callHeaders: ["authorization", "X-Team"], publicKey });
    const paths = ["/v1/endpoints", "/v1/modules/shop", "/v1/functions", "/v1/audit", "/metrics", "/health", "/v1/connectors"];
    const shown = await Promise.all(paths.map(async (path) => (await box.fetch(path)).text()));
    for (const secret of ["canary-token", seed, key.split("\n")[1] ?? ""]) expect(shown.join("\n")).not.toContain(secret);
  });

  test("signs over HTTP/2 too, and with a key in PEM", async () => {
    const { createServer: createHttp2 } = await import("node:http2");
    const seen: string[] = [];
    const server = createHttp2((request, response) => {
      seen.push(`${String(request.headers["signalbox-signature"])} ${String(request.headers["x-team"])}`);
      handle(request as never, response as never);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      expect(await apply(moduleOf("    http2: true\n    headers:\n      - X-Team: shop\n    signingKey: ${PEM}\n", url))).toMatchObject({
        status: 200,
      });
      await box.fetch("/v1/messages/shop/counter/h2", { method: "POST", body: "x" });
      await box.gateway.core.engine.settled();
      expect(JSON.parse(await state("h2"))).toMatchObject({ status: "idle" });
      expect(seen.at(-1)).toMatch(/^t=\d{10},.* shop$/);
    } finally {
      await apply(moduleOf("    signingKey: ${KEY}\n"));
      server.close();
    }
  });

  test.each([
    ["another key", `    signingKey: \${OTHER}\n`, 400, "OTHER"],
    [
      "a key that is none",
      "    signingKey: ${TOKEN}\n",
      400,
      "`signingKey` cannot be used: it is neither PKCS#8 in PEM nor 32 bytes as base64",
    ],
    ["a key in the text", `    signingKey: ${seed}\n`, 400, "is a secret"],
    [
      "a header that the gateway writes",
      "    headers:\n      - Content-Length: 3\n",
      400,
      "`Content-Length` is written by the gateway itself",
    ],
    ["a header that ends a line", '    headers:\n      - x: "a\\r\\nhost: evil"\n', 400, "holds what a header may not"],
    ["a name that is none", "    headers:\n      - 'x y': a\n", 400, "is no name of a header"],
  ])("with %s is refused, with the reason", async (_what, transport, status, said) => {
    const { status: got, text } = await apply(moduleOf(transport));
    expect({ got, said: text.includes(said) || text }).toEqual({ got: status, said: true });
  });

  test("over gRPC may have headers and no key", async () => {
    expect((await apply(moduleOf("    signingKey: ${KEY}\n", "grpc://127.0.0.1:1"))).text).toContain("client certificate");
  });
});

describe("functions that check signatures", () => {
  const call = (headers: Record<string, string>, body = new Uint8Array()) =>
    handler([counter], { signedBy: [publicKey] })(new Request("http://functions.test/", { method: "POST", headers, body }));

  test.each([
    ["none", {}, "signalbox-signature is missing"],
    ["nonsense", { "signalbox-signature": "t=1" }, "signalbox-signature cannot be read"],
    ["an old one", { "signalbox-signature": `t=1000000000,k=${"0".repeat(16)},v1=${"A".repeat(86)}==` }, "too old"],
    [
      "a forged one",
      { "signalbox-signature": `t=${Math.floor(Date.now() / 1000)},k=${"0".repeat(16)},v1=${"A".repeat(86)}==` },
      "no key of signedBy",
    ],
  ])("refuse a call with %s and run nothing", async (_what, headers, said) => {
    const answer = await call(headers);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain(said);
  });

  test("refuse a call whose body was changed on the way", async () => {
    const signature = came.at(-1)?.["signalbox-signature"]?.toString() ?? "";
    expect(signature).not.toBe("");
    expect((await call({ "signalbox-signature": signature }, new Uint8Array([1, 2, 3]))).status).toBe(401);
  });

  test("take no invalid key", () => {
    expect(() => nodeHandler([counter], { signedBy: ["c2hvcnQ="] })).toThrow("32 bytes");
  });

  test("of a gateway without the key run nothing, and the failure says why", async () => {
    await using serving = await serve([counter], { signedBy: [publicKey] });
    expect((await apply(moduleOf("    call: 10s\n", serving.url))).status).toBe(200);
    await box.fetch("/v1/messages/shop/counter/unsigned", { method: "POST", body: "x" });
    await expect.poll(() => state("unsigned"), { timeout: 30_000 }).toContain("signalbox-signature is missing");
  });
});
