/** One suite for every host: the same requests, the same answers. */
import { rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handler } from "../src/hosts/fetch.ts";
import { serve, type Serving } from "../src/hosts/node.ts";
import { cart, stock } from "./shop.ts";
import { jsonBytes, replyOf, requestBytes } from "./wire.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Host {
  readonly name: string;
  open(): Promise<void>;
  call(method: string, body: Uint8Array): Promise<Answer>;
  close(): Promise<void>;
}

const silent = { log: () => {} };

function fetchHost(): Host {
  const handle = handler([cart, stock], silent);
  return {
    name: "fetch",
    open: () => Promise.resolve(),
    close: () => Promise.resolve(),
    async call(method, body) {
      const init = method === "POST" ? { method, body: Uint8Array.from(body) } : { method };
      const response = await handle(new Request("http://functions.test/", init));
      return { status: response.status, headers: Object.fromEntries(response.headers), body: new Uint8Array(await response.arrayBuffer()) };
    },
  };
}

function nodeHost(name: string, socketPath: string | undefined): Host {
  let serving: Serving;
  return {
    name,
    async open() {
      serving = await serve([cart, stock], { ...silent, ...(socketPath === undefined ? {} : { socketPath }) });
    },
    async close() {
      await serving.close();
      if (socketPath !== undefined) rmSync(socketPath, { force: true });
    },
    call: (method, body) =>
      new Promise((done, failed) => {
        const to = socketPath === undefined ? { port: new URL(serving.url).port } : { socketPath };
        const sent = request({ ...to, method }, (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () =>
            done({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body: Buffer.concat(parts) }),
          );
        });
        sent.on("error", failed);
        sent.end(body);
      }),
  };
}

const hosts = [fetchHost(), nodeHost("node:http", undefined), nodeHost("a Unix socket", join(tmpdir(), `functions-${process.pid}.sock`))];

describe.each(hosts.map((host) => [host.name, host] as const))("functions behind %s", (_name, host) => {
  beforeAll(() => host.open());
  afterAll(() => host.close());
  const ask = (item: unknown): Promise<Answer> =>
    host.call(
      "POST",
      requestBytes({
        target: ["shop", "cart", "ada"],
        states: { items: null, total: null, session: null, note: null },
        messages: [{ type: "shop/AddItem", value: jsonBytes(item) }],
      }),
    );

  test("answer a request with effects, length and type", async () => {
    const { status, headers, body } = await ask({ sku: "a", count: 1 });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-type": "application/octet-stream", "content-length": String(body.length) });
    expect(replyOf(body)).toMatchObject({ invocationResult: { outgoingMessages: [{ target: { type: "stock", id: "a" } }] } });
  });

  test("answer a rejected message with 422 and the reason", async () => {
    const { status, headers, body } = await ask({ sku: "a", count: 0 });
    expect([status, headers["signalbox-outcome"], new TextDecoder().decode(body)]).toEqual([422, "reject", "count is 0\n"]);
  });

  test("answer a message for later with 500 and the time", async () => {
    const { status, headers } = await ask({ sku: "later", count: 1 });
    expect([status, headers["signalbox-outcome"], headers["retry-after"]]).toEqual([500, "retry-later", "2"]);
  });

  test("answer what is no request with 400, and another method with 405", async () => {
    expect((await host.call("POST", new Uint8Array([1, 2, 3]))).status).toBe(400);
    expect((await host.call("GET", new Uint8Array())).status).toBe(405);
  });
});

test("the fetch host stops reading a body that does not say how long it is and is too long", async () => {
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      given++;
      controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const answer = await handler([cart], silent)(new Request("http://functions.test/", init));
  expect(answer.status).toBe(413);
  expect(given).toBeLessThan(80);
});
