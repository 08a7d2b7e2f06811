/** Calls over HTTP and gRPC, against a whole gateway and functions that answer their caller. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, credentials, status, type ServiceError } from "@grpc/grpc-js";
import { AnswersRequest, CallReply, CallRequest, StreamedAnswer, type CallReplyProperties } from "@signalbox/proto";
import statefunSdk from "apache-flink-statefun";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const { StateFun, messageBuilder } = statefunSdk;

let box: TestGateway;
let functions: Server;
let broken = true;

beforeAll(async () => {
  box = await startGateway({ limits: { attemptsMax: 1, breakerEntitiesMin: 1000 } });
  const statefun = new StateFun();
  statefun.bind({
    typename: "shop/price",
    specs: [],
    fn: (context, message) => {
      const text = message.asString();
      if (text === "nothing") return;
      if (text === "broken" && broken) throw new Error("no price for it");
      const caller = context.caller;
      if (caller === undefined || caller === null) return;
      if (text === "steps") {
        for (const value of ["taken", "packed"]) context.send(messageBuilder({ typename: caller.typename, id: caller.id, value }));
        const doneType = { typename: "io.signalbox.calls/done", serialize: () => Buffer.alloc(0), deserialize: () => "" };
        context.send(messageBuilder({ typename: caller.typename, id: caller.id, value: "", valueType: doneType as never }));
        return;
      }
      if (text === "later") {
        context.sendAfter(700, messageBuilder({ typename: caller.typename, id: caller.id, value: "after a while" }));
        return;
      }
      context.send(messageBuilder({ typename: caller.typename, id: caller.id, value: `${text} costs 7` }));
    },
  });
  const handler = statefun.handler();
  functions = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => functions.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(functions.address() as AddressInfo).port}/`;
  const applied = await box.fetch("/v1/modules/shop", {
    method: "PUT",
    body: `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: shop/*\n  urlPathTemplate: ${url}\n`,
  });
  expect(applied.status).toBeLessThan(300);
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  functions.close().closeAllConnections();
});

const call = (id: string, body: string, options: { headers?: Record<string, string>; query?: string } = {}): Promise<Response> =>
  box.fetch(`/v1/calls/shop/price/${id}${options.query ?? ""}`, { method: "POST", body, headers: options.headers ?? {} });

test("a call that waits while the gateway stops gets its number, not a refusal, and its answer after the next start", async () => {
  const { yaml } = (await (await box.fetch("/v1/modules/shop")).json()) as { yaml: string };
  await using first = await startGateway();
  await first.fetch("/v1/modules/shop", { method: "PUT", body: yaml });
  const pause = `/v1/pauses/${encodeURIComponent("endpoint:shop/*")}`;
  const json = { "content-type": "application/json" };
  expect((await first.fetch(pause, { method: "PUT", body: '{"seconds":null}', headers: json })).status).toBe(200);
  const waiting = first.fetch("/v1/calls/shop/price/tea?timeout=30s", { method: "POST", body: "tea" });
  await first.until("/v1/pauses", (body) => JSON.stringify(body).includes('"waitingMessages":1'));
  await first.gateway.stop();
  const told = await waiting;
  expect(told.status).toBe(202);
  await using second = await startGateway({ dataDir: first.dataDir });
  await second.fetch(pause, { method: "DELETE" });
  expect(await (await second.fetch(`${told.headers.get("location")}?timeout=30s`)).json()).toBe("tea costs 7");
});

describe("a call over HTTP", () => {
  test("is answered with the message that the function sends to its caller", async () => {
    const answer = await call("tea", "tea");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("signalbox-typename")).toBe("io.statefun.types/string");
    expect(await answer.json()).toBe("tea costs 7");
    const again = await box.fetch(`/v1/calls/${answer.headers.get("signalbox-message-id")}`);
    expect(await again.json()).toBe("tea costs 7");
  });

  test("takes a value of any type, as a message does", async () => {
    const own = await call("own", "own", { headers: { "content-type": "application/vnd.shop/Question" }, query: "?timeout=20ms" });
    // The function accepts only texts; the test only needs to see that the call reached it.
    expect([202, 424]).toContain(own.status);
    const headers = { "content-type": "application/vnd.io.statefun.types/string" };
    expect(await (await call("tart", '"tart"', { headers })).json()).toBe("tart costs 7");
  });

  test("waits on while its caller does, also past the first look at its target", async () => {
    const answer = await call("slow", "later", { query: "?timeout=30s" });
    expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 200, body: "after a while" });
  });

  test("gives plain bytes to a caller that asks for them", async () => {
    const answer = await call("cup", "cup", { headers: { accept: "application/octet-stream" } });
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(2)
        .toString(),
    ).toBe("cup costs 7");
  });

  test("without an answer in time says where the answer will be", async () => {
    const answer = await call("milk", "nothing", { query: "?timeout=20ms" });
    expect(answer.status).toBe(202);
    const { messageId, answer: path } = (await answer.json()) as { messageId: number; answer: string };
    expect(answer.headers.get("location")).toBe(`/v1/calls/${messageId}`);
    expect((await box.fetch(path)).status).toBe(202);
  });

  test("with the same key has the same answer, and a plain message with that key is another message", async () => {
    const headers = { "idempotency-key": "one" };
    const first = await call("salt", "salt", { headers });
    const second = await call("salt", "salt", { headers });
    expect(second.headers.get("signalbox-message-id")).toBe(first.headers.get("signalbox-message-id"));
    expect(await second.json()).toBe("salt costs 7");
    const plain = await box.fetch("/v1/messages/shop/price/salt", { method: "POST", body: "salt", headers });
    expect(plain.status).toBe(422);
  });

  test("to a function that fails says so with the reason, and has its answer once the entity is retried", async () => {
    const refused = await call("jam", "broken", { query: "?timeout=30s" });
    expect(refused.status).toBe(424);
    const problem = (await refused.json()) as { code: string; detail: string; where: string };
    expect(problem).toMatchObject({ code: "CALL_PARKED", detail: expect.stringContaining("shop/price/jam is parked") });
    // A caller who asks later gets the same refusal, at once.
    const later = await box.fetch(problem.where);
    expect(later.status).toBe(424);
    expect(await later.json()).toMatchObject(problem);
    broken = false;
    expect((await box.fetch("/v1/entities/shop/price/jam:retry", { method: "POST" })).status).toBe(200);
    const answer = await box.fetch(`${problem.where}?timeout=30s`);
    expect(await answer.json()).toBe("broken costs 7");
  });

  test.each([
    ["an unknown function", () => box.fetch("/v1/calls/no/where/x", { method: "POST", body: "x" }), 404, "UNKNOWN_FUNCTION_TYPE"],
    ["no id", () => box.fetch("/v1/calls/shop/price/", { method: "POST", body: "x" }), 400, "INVALID_REQUEST"],
    ["a time that is none", () => call("x", "x", { query: "?timeout=soon" }), 400, "INVALID_REQUEST"],
    ["too long a time", () => call("x", "x", { query: "?timeout=2h" }), 400, "INVALID_REQUEST"],
    ["a number that was never given", () => box.fetch("/v1/calls/99999999"), 404, "UNKNOWN_CALL"],
    ["no number", () => box.fetch("/v1/calls/first"), 404, "UNKNOWN_CALL"],
    [
      "a call itself as the target",
      () => box.fetch("/v1/calls/io.signalbox.calls/call/1", { method: "POST", body: "x" }),
      400,
      "INVALID_ADDRESS",
    ],
    [
      "bytes that are no text",
      () => box.fetch("/v1/calls/shop/price/x", { method: "POST", body: Buffer.from([255, 254]) }),
      400,
      "INVALID_VALUE",
    ],
  ] as const)("with %s is refused by a problem", async (_what, ask, status, code) => {
    const answer = await ask();
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status, code });
  });
});

describe("a call that wants many answers, over HTTP", () => {
  const events = { accept: "text/event-stream" };
  const namesAndData = (body: string) =>
    [...body.matchAll(/event: (\w+)\ndata: (.*)\n/g)].map(([, name, data]) => [name, JSON.parse(data ?? "") as unknown]);
  const packed = ["answer", { index: 1, typename: "io.statefun.types/string", value: "packed" }];

  test("gets them as events, and goes on behind the last event that the caller saw", async () => {
    const answer = await call("box", "steps", { headers: events });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    expect(namesAndData(await answer.text())).toEqual([
      ["answer", { index: 0, typename: "io.statefun.types/string", value: "taken" }],
      packed,
      ["done", {}],
    ]);
    const path = answer.headers.get("location") ?? "";
    const later = await box.fetch(path, { headers: { ...events, "last-event-id": "0" } });
    expect(namesAndData(await later.text())).toEqual([packed, ["done", {}]]);
    expect(namesAndData(await (await box.fetch(`${path}?from=2`)).text())).toEqual([["done", {}]]);
  });

  test("gets bytes where it asks for bytes", async () => {
    const answer = await call("sack", "steps", { headers: { accept: "text/event-stream, application/octet-stream" } });
    const [first] = namesAndData(await answer.text());
    expect(first).toEqual([
      "answer",
      { index: 0, typename: "io.statefun.types/string", bytes: Buffer.from("\n\u0005taken").toString("base64") },
    ]);
  });

  test("is told that its target is parked, and with the same key gets the later answers", async () => {
    const headers = { ...events, "idempotency-key": "parked" };
    broken = true;
    const first = await call("jar", "broken", { headers });
    expect(namesAndData(await first.text())).toEqual([
      ["problem", expect.objectContaining({ code: "CALL_PARKED", detail: expect.stringContaining("shop/price/jar is parked") })],
    ]);
    broken = false;
    expect((await box.fetch("/v1/entities/shop/price/jar:retry", { method: "POST" })).status).toBe(200);
    const again = await call("jar", "broken", { headers });
    // The function does not mark its last answer, so the stream stays open.
    const reader = again.body?.getReader();
    let text = "";
    while (!text.includes("costs 7")) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    await reader?.cancel();
  });

  test.each([
    ["a number that was never given", "/v1/calls/99999999/answers", 404, "UNKNOWN_CALL"],
    ["no number", "/v1/calls/first/answers", 404, "UNKNOWN_CALL"],
    ["a place that is none", "/v1/calls/1/answers?from=x", 400, "INVALID_REQUEST"],
  ])("with %s is refused by a problem", async (_what, path, status, code) => {
    const answer = await box.fetch(path);
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status, code });
  });
});

describe("who asks for answers that never come is told so at once, and where they are", () => {
  const longest = "?timeout=60s";
  let one = 0;
  let many = 0;
  let plain = 0;
  let open = 0;
  beforeAll(async () => {
    const numberOf = (answer: Response): number => Number(answer.headers.get("signalbox-message-id"));
    one = numberOf(await call("kind-one", "tea"));
    const events = await call("kind-many", "steps", { headers: { accept: "text/event-stream" } });
    many = numberOf(events);
    await events.text();
    open = numberOf(await call("kind-open", "nothing", { query: "?timeout=0s" }));
    plain = (
      (await (await box.fetch("/v1/messages/shop/price/kind-plain", { method: "POST", body: "nothing" })).json()) as { messageId: number }
    ).messageId;
  });
  test.each([
    ["one answer of a call with many", () => `/v1/calls/${many}${longest}`, 404, () => `/v1/calls/${many}/answers`],
    ["many answers of a call with one", () => `/v1/calls/${one}/answers`, 404, () => `/v1/calls/${one} `],
    ["many answers of a call whose one has not come", () => `/v1/calls/${open}/answers`, 404, () => `/v1/calls/${open} `],
    ["the answer of a message that is no call", () => `/v1/calls/${plain}${longest}`, 404, () => "messageId"],
    ["the answers of a message that is no call", () => `/v1/calls/${plain}/answers`, 404, () => "messageId"],
    ["answers behind the end", () => `/v1/calls/${many}/answers?from=3`, 400, () => "up to 2"],
    ["answers far behind the end", () => `/v1/calls/${many}/answers?from=999999999`, 400, () => "up to 2"],
  ])("%s", async (_what, path, status, cure) => {
    const answer = await box.fetch(path());
    const code = status === 404 ? "UNKNOWN_CALL" : "INVALID_REQUEST";
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({
      status,
      code,
      cure: expect.stringContaining(cure()),
    });
  });
  test("also after a start, when only the journal and the kept answers tell", async () => {
    await using first = await startGateway();
    const { yaml } = (await (await box.fetch("/v1/modules/shop")).json()) as { yaml: string };
    await first.fetch("/v1/modules/shop", { method: "PUT", body: yaml });
    const headers = { accept: "text/event-stream" };
    const sent = await first.fetch("/v1/calls/shop/price/a", { method: "POST", body: "steps", headers });
    await sent.text();
    const unanswered = await first.fetch("/v1/calls/shop/price/b?timeout=0s", { method: "POST", body: "nothing" });
    await first.gateway.stop();
    await using second = await startGateway({ dataDir: first.dataDir });
    const [ofMany, ofOne] = [sent, unanswered].map((answer) => answer.headers.get("signalbox-message-id"));
    expect((await second.fetch(`/v1/calls/${ofMany}${longest}`)).status).toBe(404);
    expect((await second.fetch(`/v1/calls/${ofOne}/answers`)).status).toBe(404);
    expect((await second.fetch(`/v1/calls/${ofOne}`)).status).toBe(202);
  });
});

test("the answers of a call come over gRPC as a stream, which ends with done", async () => {
  const client = new Client(`127.0.0.1:${box.gateway.grpcPort}`, credentials.createInsecure());
  try {
    const { messageId } = (await (await call("tin", "nothing", { query: "?timeout=0s" })).json()) as { messageId: number };
    const unknown = answersOf(client, messageId + 1_000_000);
    await expect(unknown).rejects.toMatchObject({ code: status.NOT_FOUND });
    const answer = await call("case", "steps", { headers: { accept: "text/event-stream" } });
    const [number = ""] = /\d+/.exec(answer.headers.get("location")?.replace("/v1", "") ?? "") ?? [];
    await answer.text();
    const got = await answersOf(client, Number(number));
    expect(
      got.map(({ index, answer: one, done }) => [
        index,
        Buffer.from(one?.value ?? [])
          .subarray(2)
          .toString(),
        done,
      ]),
    ).toEqual([
      [0, "taken", false],
      [1, "packed", false],
      [0, "", true],
    ]);
  } finally {
    client.close();
  }
});

async function answersOf(client: Client, messageId: number): Promise<StreamedAnswer[]> {
  const stream = client.makeServerStreamRequest(
    "/signalbox.v1.Ingress/Answers",
    (message: AnswersRequest) => Buffer.from(AnswersRequest.encode(message).finish()),
    (bytes) => StreamedAnswer.decode(bytes),
    AnswersRequest.create({ messageId }),
  );
  const got: StreamedAnswer[] = [];
  for await (const answer of stream) got.push(answer as StreamedAnswer);
  return got;
}

test("a call over gRPC is answered, and asked again by its number", async () => {
  const client = new Client(`127.0.0.1:${box.gateway.grpcPort}`, credentials.createInsecure());
  const ask = (method: string, request: CallRequest): Promise<CallReplyProperties> =>
    new Promise((resolve, reject) =>
      client.makeUnaryRequest(
        `/signalbox.v1.Ingress/${method}`,
        (message: CallRequest) => Buffer.from(CallRequest.encode(message).finish()),
        (bytes) => CallReply.decode(bytes),
        request,
        (error: ServiceError | null, reply) =>
          error === null && reply !== undefined ? resolve(reply) : reject(error ?? new Error("no reply")),
      ),
    );
  try {
    const value = Buffer.from([0x0a, 3, ...Buffer.from("pie")]);
    const reply = await ask("Call", CallRequest.create({ type: "shop/price", id: "pie", value, timeoutMs: 30_000 }));
    expect(Buffer.from(reply.answer?.value ?? []).toString()).toContain("pie costs 7");
  } finally {
    client.close();
  }
});

describe("a call by a person, over tRPC", () => {
  const ask = async (verb: string, input: object) => {
    const answer = await box.fetch(`/trpc/send.${verb}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "shop/price", ...input }),
    });
    return (await answer.json()) as { result?: { data: Record<string, unknown> }; error?: { data: { code: string } } };
  };
  const text = (value: string) => ({ valueType: "io.statefun.types/string", text: JSON.stringify(value) });

  test("is answered with the value as people read it, and with the trace", async () => {
    const { result } = await ask("ask", { id: "cup", ...text("cup"), waitMs: 10_000 });
    expect(result?.data).toMatchObject({ parked: null, repeated: false, answer: { as: "json", text: '"cup costs 7"' } });
    expect(result?.data["traceId"]).toBe(result?.data["messageId"]);
  });
  test("without an answer yet can be fetched later", async () => {
    const { result } = await ask("ask", { id: "late", ...text("later"), waitMs: 0 });
    expect(result?.data).toMatchObject({ answer: null, parked: null });
    const again = await ask("answer", { id: "late", messageId: result?.data["messageId"], waitMs: 10_000 });
    expect(again.result?.data).toMatchObject({ answer: { text: '"after a while"' } });
  });
  test("to a parked entity says why, and keeps its trace", async () => {
    broken = true;
    const { result } = await ask("ask", { id: "sick", ...text("broken"), waitMs: 30_000 });
    expect(result?.data).toMatchObject({ answer: null, parked: { detail: expect.stringContaining("shop/price/sick is parked") } });
    expect(result?.data["traceId"]).toEqual(expect.any(Number));
  });
  test("with an unknown number is named", async () => {
    expect(await ask("answer", { id: "cup", messageId: 9_000_000_000, waitMs: 0 })).toMatchObject({
      error: { data: { code: expect.anything() } },
    });
    const plain = await box.fetch("/v1/messages/shop/price/cup", { method: "POST", body: "nothing" });
    const { messageId } = (await plain.json()) as { messageId: number };
    expect(await ask("answer", { id: "cup", messageId, waitMs: 60_000 })).toMatchObject({ error: { data: { code: "NOT_FOUND" } } });
  });
});
