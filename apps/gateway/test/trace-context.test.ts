/**
 * A W3C trace context comes in on every surface, stays with its message, and goes out to functions and by egresses, each time with the
 * right parent.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { KafkaProducerRecord } from "@signalbox/proto";
import { contextWithin, headersText, readHeaders, traceHeaders, traceparentOf } from "@signalbox/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageHeaders } from "../src/connectors/record-headers.ts";
import { outgoingRow, producerRecordTypename } from "../src/connectors/kafka/kafka-outgoing.ts";
import { ingressService } from "../src/surfaces/grpc/service-definitions.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "./support/start-gateway.ts";

interface Entry {
  readonly messages: readonly { sequence: number; headers: { name: string; value: string; base64: boolean }[] }[];
}

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let grpc: Client;
const calls: IncomingMessage["headers"][] = [];
const delivered: IncomingMessage["headers"][] = [];
const receiver = createServer((request, response) => {
  delivered.push(request.headers);
  request.resume().on("end", () => response.end());
});

beforeAll(async () => {
  functions = await startFunctions(({ headers }) => calls.push(headers));
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  box = await startGateway();
  grpc = new Client(`127.0.0.1:${box.gateway.grpcPort}`, credentials.createInsecure());
  const out = moduleYaml(functions.url).replace(
    /kind: io\.signalbox\.v1\/egress\nspec:\n  id: test\/greetings/,
    [
      "kind: io.signalbox.http.v1/egress",
      "spec:",
      "  id: test/greetings",
      `  url: http://127.0.0.1:${port}/hook`,
      "---",
      "kind: io.signalbox.webhook.v1/ingress",
      "spec:",
      "  id: test/hook",
      "  path: orders",
      "  signature: {type: none}",
      "  target: test/visits",
      "  entityId: {type: pointer, pointer: /id}",
      "  deliveryId: {type: header, header: x-delivery}",
    ].join("\n"),
  );
  const put = await box.fetch("/v1/modules/test", { method: "PUT", body: out });
  expect(await put.text()).toContain('"revision":1');
  // The first call learns the states and carries no trace that matters here.
  await box.fetch("/v1/messages/test/visits/warm", { method: "POST", body: "x" });
  await box.gateway.core.engine.settled();
});
afterAll(async () => {
  grpc.close();
  await box[Symbol.asyncDispose]();
  await functions.close();
  receiver.close();
});

let number = 0;
function newTrace() {
  const traceId = (++number).toString(16).padStart(32, "a");
  const traceparent = `00-${traceId}-${"c".repeat(16)}-01`;
  return { traceId, traceparent, headers: { traceparent, tracestate: "vendor=1" } };
}

async function lastMessage(id: string): Promise<Entry["messages"][number]> {
  await box.gateway.core.engine.settled();
  const { items } = (await (await box.fetch(`/v1/history?type=test/visits&id=${id}`)).json()) as { items: Entry[] };
  return items[0]?.messages[0] ?? expect.unreachable();
}

const asShown = ({ traceparent }: { traceparent: string }) => [
  { name: "traceparent", value: traceparent, base64: false },
  { name: "tracestate", value: "vendor=1", base64: false },
];

describe("in", () => {
  const body = "x";
  const doors: [string, (trace: ReturnType<typeof newTrace>) => Promise<unknown>][] = [
    ["messages, as programs send them", ({ headers }) => box.fetch("/v1/messages/test/visits/in", { method: "POST", body, headers })],
    [
      "messages that node:http reads",
      ({ headers }) => box.fetch("/v1/messages/test/visits/in", { method: "POST", body, headers: { ...headers, origin: box.url } }),
    ],
    ["calls", ({ headers }) => box.fetch("/v1/calls/test/visits/in?timeout=1ms", { method: "POST", body, headers })],
    [
      "webhooks",
      ({ headers, traceId }) =>
        box.fetch("/hooks/orders", { method: "POST", body: '{"id":"in"}', headers: { ...headers, "x-delivery": traceId } }),
    ],
    ["gRPC Send", (trace) => unary("Send", trace)],
    ["gRPC Call", (trace) => unary("Call", trace)],
    ["gRPC Publish", (trace) => publish(trace)],
  ];

  test.each(doors)("%s", async (_name, send) => {
    const trace = newTrace();
    await send(trace);
    expect((await lastMessage("in")).headers).toEqual(asShown(trace));
  });

  test.each(["00-zz-00f067aa0ba902b7-01", "", "x".repeat(3_000)])(
    "an invalid one (%s) is left out, and the message is taken",
    async (traceparent) => {
      expect((await box.fetch("/v1/messages/test/visits/none", { method: "POST", body, headers: { traceparent } })).status).toBe(202);
      expect((await lastMessage("none")).headers).toEqual([]);
    },
  );

  function unary(name: "Send" | "Call", { headers }: ReturnType<typeof newTrace>): Promise<unknown> {
    const { path, requestSerialize, responseDeserialize } = ingressService[name] ?? expect.unreachable();
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    const request = { type: "test/visits", id: "in", value: Buffer.from("\n\u0001x"), timeoutMs: 1 };
    return new Promise((resolve, reject) => {
      grpc.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error) =>
        error === null ? resolve(undefined) : reject(error),
      );
    });
  }

  function publish({ headers, traceId }: ReturnType<typeof newTrace>): Promise<unknown> {
    const { path, requestSerialize, responseDeserialize } = ingressService["Publish"] ?? expect.unreachable();
    const stream = grpc.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    stream.write({
      producer: traceId,
      messages: [{ sequence: 1, type: "test/visits", id: "in", value: Buffer.from("\n\u0001x"), ...headers }],
    });
    return new Promise((resolve, reject) => {
      stream.on("data", () => stream.end());
      stream.on("end", resolve).on("error", reject);
    });
  }
});

test("out: the function's request, its messages and egress records are of the same trace, with the message's span as their parent", async () => {
  const trace = newTrace();
  const before = { calls: calls.length, delivered: delivered.length };
  await box.fetch("/v1/messages/test/visits/out", { method: "POST", body: "x", headers: trace.headers });
  const { sequence } = await lastMessage("out");
  const span = contextWithin(headersText(traceHeaders(trace.traceparent, "vendor=1")), sequence) ?? expect.unreachable();
  const ofVisits = calls.slice(before.calls).find(({ traceparent }) => traceparent === traceparentOf(span));
  expect(ofVisits).toMatchObject({ tracestate: "vendor=1" });
  // It sent a message to test/total, which got its own request, in a span below.
  const ids = calls.slice(before.calls).map(({ traceparent }) => String(traceparent).split("-")[1]);
  expect(ids).toEqual([trace.traceId, trace.traceId]);
  await expect
    .poll(() => delivered.slice(before.delivered).map(({ traceparent, tracestate }) => [traceparent, tracestate]))
    .toEqual([[traceparentOf(span), "vendor=1"]]);
});

describe("Kafka", () => {
  const record = {
    sequence: 1,
    value: { typename: producerRecordTypename, bytes: KafkaProducerRecord.encode({ topic: "t", key: "k" }).finish() },
  };

  test("headers of a record are kept, as text or as bytes, the trace context first", () => {
    const raw = [
      [Buffer.from("tenant"), Buffer.from("käse")],
      [Buffer.from("raw"), Uint8Array.from([255])],
      [null, null],
      [Buffer.from("traceparent"), Buffer.from(newTrace().traceparent)],
    ] as const;
    expect(readHeaders(messageHeaders(raw, 2_000))).toEqual([
      ["traceparent", expect.any(String)],
      ["tenant", "käse"],
      ["raw", { base64: "/w==" }],
      ["", ""],
    ]);
    expect(messageHeaders([], 2_000)).toBeUndefined();
    expect(readHeaders(messageHeaders(raw, 80))).toHaveLength(1);
  });

  test("a record that leaves has its trace context, and no other header", () => {
    const { traceparent } = newTrace();
    const headers = headersText([["tenant", "a"], ...traceHeaders(traceparent, undefined)]);
    expect(outgoingRow({ ...record, headers })).toMatchObject({
      kind: "row",
      row: { headers: [["traceparent", Buffer.from(traceparent)]] },
    });
    expect(outgoingRow(record)).toMatchObject({ kind: "row", row: { headers: [] } });
  });
});
