/** The HTTP egress against a real server: the suite of all egresses, what each answer means, signatures, and what may not be called. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../../src/shape/secret.ts";
import { httpEgress, type HttpEgressSpec } from "../../../src/connectors/http/http.ts";
import { noAnswerFor } from "../../../src/connectors/http/http-no-answer.ts";
import { outcomeOf } from "../../../src/connectors/http/http-outcome.ts";
import { parseModule } from "../../../src/modules/parse-module.ts";
import { connectorStand } from "../connector-stand.ts";
import { egressConformance } from "../egress-conformance.ts";
import { until } from "../manual-clock.ts";

interface Got {
  readonly headers: IncomingMessage["headers"];
  readonly method: string | undefined;
  readonly body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Makes a server that answers each request by its body; records in these tests are plain bytes. */
async function receiver(answer: (got: Got) => { readonly status: number; readonly headers?: Record<string, string>; readonly cut?: true }) {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const one = { headers: request.headers, method: request.method, body: Buffer.concat(parts).toString("utf8") };
      const { status, headers = {}, cut } = answer(one);
      if (status < 300 && cut === undefined) got.push(one);
      if (cut === undefined) {
        response.writeHead(status, headers).end("the answer");
        return;
      }
      response.writeHead(status, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  servers.push(server);
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const specOf = (url: string, change: Partial<HttpEgressSpec> = {}): HttpEgressSpec => ({
  url,
  method: "POST",
  headers: {},
  contentType: undefined,
  timeoutMs: 10_000,
  attemptsMax: 100,
  deadLetters: undefined,
  signingSecret: undefined,
  ...change,
});

let failing = 0;
let refused = "";
const shared = await receiver(({ body }) => {
  if (failing > 0) {
    failing--;
    return { status: 503 };
  }
  return { status: body.includes(refused) && refused !== "" ? 422 : 204 };
});
const sharedServer = servers.splice(0);
afterEach(() => {
  failing = 0;
  refused = "";
});

egressConformance(httpEgress, "over HTTP", () => {
  shared.got.length = 0;
  return {
    connector: httpEgress,
    spec: specOf(shared.url),
    specWithDeadLetters: specOf(shared.url, { deadLetters: "shop/dead" }),
    received: () => shared.got.map(({ body }) => body),
    fail: (times) => {
      failing = times;
    },
    refuse: (text) => {
      refused = text;
    },
    open: () => 0,
  };
});

describe("a record over HTTP", () => {
  test("carries an id that stays the same when it is sent again, and a signature that the other side can check", async () => {
    let cut = true;
    const seen: IncomingMessage["headers"][] = [];
    const { got, url } = await receiver(({ headers }) => {
      seen.push(headers);
      if (!cut) return { status: 200 };
      cut = false;
      return { status: 200, cut: true };
    });
    const key = Buffer.from("a key of some bytes");
    const stand = connectorStand(
      httpEgress,
      specOf(url, { signingSecret: new Secret(`whsec_${key.toString("base64")}`), headers: { "x-shop": new Secret("one") } }),
    );
    await stand.begin();
    stand.engine.put("shop/io", "paid");
    await until(stand.clock, () => stand.engine.outbox.length === 0);
    await stand.supervisor.close();
    expect(got).toHaveLength(1);
    const { headers, body, method } = got[0] ?? expect.fail();
    const id = String(headers["webhook-id"]);
    expect(seen.map((one) => one["webhook-id"])).toEqual([id, id]);
    const signed = createHmac("sha256", key)
      .update(`${id}.${String(headers["webhook-timestamp"])}.${body}`)
      .digest("base64");
    expect({ method, shop: headers["x-shop"], signature: headers["webhook-signature"] }).toEqual({
      method: "POST",
      shop: "one",
      signature: `v1,${signed}`,
    });
  });

  test("names its content by its type, where the module does not", async () => {
    const { got, url } = await receiver(() => ({ status: 200 }));
    const send = async (typename: string, contentType?: string): Promise<string | undefined> => {
      const stand = connectorStand(httpEgress, specOf(url, { contentType }));
      stand.engine.recordOf = () => ({ typename, bytes: new Uint8Array() });
      await stand.begin();
      stand.engine.put("shop/io", "any");
      await until(stand.clock, () => stand.engine.outbox.length === 0);
      await stand.supervisor.close();
      return got.at(-1)?.headers["content-type"];
    };
    expect(await send("io.statefun.types/string")).toBe("text/plain; charset=utf-8");
    expect(await send("io.signalbox.http/json")).toBe("application/json");
    expect(await send("shop/receipt")).toBe("application/octet-stream");
    expect(await send("io.signalbox.http/json", "application/problem+json")).toBe("application/problem+json");
  });

  test.each([
    ["CERT_HAS_EXPIRED", "has expired", "Renew"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "not known here", "NODE_EXTRA_CA_CERTS"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "another host name", "`url`"],
  ])("whose server has a certificate with %s says so, with a cure of its own", (code, what, cure) => {
    const outcome = outcomeOf(noAnswerFor(Object.assign(new Error("tls"), { code }), 1000));
    expect(outcome).toMatchObject({ kind: "retry", what: expect.stringContaining(what), cure: expect.stringContaining(cure) });
  });

  test("that fails as often as it may is put aside with the reason of the answer", async () => {
    const { url } = await receiver(() => ({ status: 500 }));
    const stand = connectorStand(httpEgress, specOf(url, { attemptsMax: 3, deadLetters: "shop/dead" }));
    await stand.begin();
    stand.engine.put("shop/io", "never");
    await until(stand.clock, () => stand.engine.outbox.length === 0);
    await stand.supervisor.close();
    expect(JSON.parse(stand.engine.texts()[0] ?? "")).toMatchObject({ what: "it answered 500, 3 times", excerpt: "the answer" });
  });

  test("is sent again when the other side switched to another protocol instead of answering", async () => {
    let asked = 0;
    const switching = createServer((request, response) => {
      if (++asked > 1) return void response.end();
      request.socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    });
    await new Promise<void>((listening) => switching.listen(0, "127.0.0.1", listening));
    servers.push(switching);
    const stand = connectorStand(httpEgress, specOf(`http://127.0.0.1:${(switching.address() as AddressInfo).port}/hook`));
    await stand.begin();
    stand.engine.put("shop/io", "paid");
    await until(stand.clock, () => stand.engine.outbox.length === 0);
    await stand.supervisor.close();
    expect(asked).toBe(2);
  });

  test("goes to no place that is forbidden to endpoints", async () => {
    const stand = connectorStand(httpEgress, specOf("http://169.254.169.254/latest"));
    await stand.begin();
    await until(stand.clock, () => stand.state() === "refused");
    expect(stand.supervisor.views()[0]?.state).toMatchObject({ cure: expect.stringContaining("SIGNALBOX_ENDPOINT_ALLOW") });
    await stand.supervisor.close();
  });
});

const answer = (status: number, retryAfter?: string) => outcomeOf({ kind: "answer", answer: { status, retryAfter, excerpt: "" } });

test.each([
  [200, "delivered"],
  [204, "delivered"],
  [301, "rejected"],
  [400, "rejected"],
  [404, "rejected"],
  [408, "retry"],
  [429, "retry"],
  [500, "retry"],
  [503, "retry"],
])("an answer of %i counts as %s", (status, kind) => {
  expect(answer(status).kind).toBe(kind);
});

test.each([
  ["7", 7_000],
  ["999999", 3_600_000],
  ["soon", 0],
  ["-1", 0],
])("Retry-After: %s waits %i ms at least", (text, afterMs) => {
  expect(answer(503, text)).toMatchObject({ afterMs });
});

test.each([
  ["no URL", "url: shop", "no URL that can be called"],
  ["another scheme", "url: ftp://shop/x", "no URL that can be called"],
  ["a secret in the text", "url: http://shop/x\n  signing:\n    secret: abc", "is a secret"],
  ["another length than the body's", 'url: http://shop/x\n  headers:\n    - Content-Length: "5"', "written by the gateway itself"],
  ["a second request behind it", 'url: http://shop/x\n  headers:\n    - x-a: "b\\r\\nx-c: d"', "in one line"],
  ["a header without a name", 'url: http://shop/x\n  headers:\n    - "a b": c', "no name of a header"],
  ["a type of two lines", 'url: http://shop/x\n  contentType: "a\\nb: c"', "in one line"],
  ["a method that sends nothing", "url: http://shop/x\n  method: GET", "method"],
])("a module with %s is refused at its place", (_what, lines, says) => {
  const yaml = `kind: io.signalbox.http.v1/egress\nspec:\n  id: shop/hook\n  ${lines}\n`;
  const { issues } = parseModule({ name: "shop", yaml, env: {} });
  expect(
    issues
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message)
      .join(),
  ).toContain(says);
});

test("the shared server is closed", () => {
  for (const server of sharedServer) server.close().closeAllConnections();
  expect(sharedServer).toHaveLength(1);
});
