/** The gateway between Flink and functions passes calls on unchanged, names them, reports them, and remembers each entity as last seen. */
import { FromFunction, ToFunction } from "@signalbox/proto";
import { spanOf, type EndpointSpec, type EngineEvent, type FunctionReply, type InvocationRequest } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { flinkCapabilities } from "../src/flink-capabilities.ts";
import { flinkEntities } from "../src/flink-entities.ts";
import { FunctionProxy } from "../src/proxy/function-proxy.ts";
import { parseMessageName } from "../src/proxy/message-name.ts";
import { SeenEntities } from "../src/proxy/seen-entities.ts";

const endpoint: EndpointSpec = {
  id: "shop/*",
  module: "shop",
  namespace: "shop",
  name: "*",
  urlTemplate: "http+unix:///run/shop.sock",
  batchMessagesMax: 500,
  transport: {
    callTimeoutMs: 60_000,
    connectTimeoutMs: 1_000,
    readTimeoutMs: 60_000,
    poolTtlMs: 15_000,
    poolConnectionsMax: 64,
    payloadBytesMax: 1_000_000,
    tls: undefined,
  },
};
const text = (value: string) => ({ typename: "x/text", bytes: Buffer.from(value) });
const cart = (id: string) => ({ type: "shop/cart", id });
const limits = { entitiesMax: 10, bytesMax: 10_000, typesMax: 5 };

function request(...names: string[]): Uint8Array {
  return ToFunction.encode({
    invocation: {
      target: { namespace: "shop", type: "cart", id: "anna" },
      state: [{ stateName: "count", stateValue: { typename: "x/text", hasValue: true, value: Buffer.from("1") } }, { stateName: "note" }],
      invocations: names.map((signalboxName) => ({
        caller: { namespace: "shop", type: "user", id: "u" },
        argument: { typename: "x/text", hasValue: true, value: Buffer.from("hi"), signalboxName },
      })),
    },
  }).finish();
}

const reply: FunctionReply = {
  kind: "completed",
  effects: {
    mutations: [
      { kind: "modify", name: "count", value: text("2") },
      { kind: "delete", name: "note" },
    ],
    messages: [{ target: cart("bert"), value: text("m") }],
    delayed: [
      { kind: "send-after", delayMs: 5, target: cart("bert"), value: text("d"), cancellationToken: "t" },
      { kind: "cancel", cancellationToken: "t" },
    ],
    egress: [{ egress: "shop/out", value: text("o") }],
  },
};

function stand(answer: () => FunctionReply | "fails" = () => reply) {
  const asked: InvocationRequest[] = [];
  const events: EngineEvent[] = [];
  const seen = new SeenEntities(limits);
  const failure = {
    code: "CALL_TIMEOUT",
    scope: "suspect",
    message: "late",
    cure: "Wait.",
    retryAfterMs: undefined,
    raw: undefined,
  } as const;
  const proxy = new FunctionProxy({
    seen,
    observer: { on: (event) => void events.push(event) },
    nowMs: () => 100,
    callerOf: ({ position, wish }) => ({ type: `calls/${wish}`, id: String(position) }),
    call: async (invocation) => {
      asked.push(invocation);
      const given = answer();
      return given === "fails" ? { kind: "failure", failure } : { kind: "reply", reply: given };
    },
  });
  return { proxy, seen, asked, events };
}

describe("a call that goes through the gateway", () => {
  test("reaches the function as Flink asked it, without the names, and its reply reaches Flink with names", async () => {
    const { proxy, asked } = stand();
    const answer = await proxy.ask(endpoint, request("7:7"));
    expect(asked).toMatchObject([
      {
        target: cart("anna"),
        endpoint: { id: "shop/*" },
        state: [
          { name: "count", value: { typename: "x/text" } },
          { name: "note", value: undefined },
        ],
        inputs: [{ caller: { type: "shop/user", id: "u" }, sequence: 7, value: { typename: "x/text" } }],
      },
    ]);
    if (answer.kind !== "reply") throw new Error(answer.reason);
    const { invocationResult } = FromFunction.decode(answer.bytes);
    expect(invocationResult?.stateMutations?.map(({ stateName, mutationType }) => [stateName, mutationType])).toEqual([
      ["count", 1],
      ["note", 0],
    ]);
    const [sent] = invocationResult?.outgoingMessages ?? [];
    expect([sent?.target?.id, sent?.argument?.signalboxName]).toEqual(["bert", expect.stringMatching(/^\d{16}:7$/)]);
    expect(invocationResult?.delayedInvocations).toMatchObject([
      { cancellationToken: "t" },
      { isCancellationRequest: true, cancellationToken: "t" },
    ]);
    expect(invocationResult?.outgoingEgresses).toMatchObject([{ egressNamespace: "shop", egressType: "out" }]);
  });

  test("headers reach the function with their message; its outputs, egress records too, inherit the trace context alone", async () => {
    const { proxy, asked, events } = stand();
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = JSON.stringify([
      ["traceparent", `00-${traceId}-b7ad6b7169203331-01`],
      ["tenant", "a b"],
    ]);
    const answer = await proxy.ask(endpoint, request(`7:7 ${headers}`));
    expect(asked[0]?.inputs).toMatchObject([{ sequence: 7, headers }]);
    if (answer.kind !== "reply") throw new Error(answer.reason);
    const { invocationResult: result } = FromFunction.decode(answer.bytes);
    const span = spanOf({ traceId, parentId: "b7ad6b7169203331", flags: "01", state: "" }, 7);
    const sent = [result?.outgoingMessages?.[0], result?.delayedInvocations?.[0], result?.outgoingEgresses?.[0]];
    for (const one of sent) {
      const name = parseMessageName(one?.argument?.signalboxName);
      expect(name).toMatchObject({ trace: 7, headers: JSON.stringify([["traceparent", `00-${traceId}-${span}-01`]]) });
    }
    expect(events).toMatchObject([{ record: { messages: [{ sequence: 7, trace: 7, headers }] } }]);
  });

  test("a call has a caller of its own, which the function may answer; no other message without a caller has one", async () => {
    const { proxy, asked } = stand();
    const named = (signalboxName: string, caller?: { namespace: string; type: string; id: string }) =>
      ToFunction.encode({
        invocation: {
          target: { namespace: "shop", type: "cart", id: "anna" },
          invocations: [
            { ...(caller && { caller }), argument: { typename: "x/text", hasValue: true, value: Buffer.from("hi"), signalboxName } },
          ],
        },
      }).finish();
    const function_ = { namespace: "shop", type: "user", id: "u" };
    for (const body of [named("7:7?"), named('8:8* [["a","b"]]'), named("9:9"), named("7:7?", function_)]) await proxy.ask(endpoint, body);
    expect(asked.map(({ inputs }) => inputs[0]?.caller)).toEqual([
      { type: "calls/one", id: "7" },
      { type: "calls/many", id: "8" },
      undefined,
      { type: "shop/user", id: "u" },
    ]);
    expect(asked.map(({ inputs }) => inputs[0]?.headers)).toEqual([undefined, '[["a","b"]]', undefined, undefined]);
  });

  test("a message that StateFun's own connector brought begins a new trace each time, and the function sees no message id that would change", async () => {
    const { proxy, asked, events } = stand();
    await proxy.ask(endpoint, request(""));
    await proxy.ask(endpoint, request(""));
    expect(asked.map(({ inputs }) => inputs[0]?.sequence)).toEqual([0, 0]);
    const records = events.flatMap((event) => (event.kind === "invocation-ended" ? [event.record] : []));
    const traces = records.map(({ messages }) => messages[0]?.trace ?? 0);
    expect(new Set(traces).size).toBe(2);
    expect(Math.min(...traces)).toBeGreaterThan(2 ** 52 - 1);
    expect(records.map(({ sent }) => sent[0]?.trace)).toEqual(traces);
    expect(new Set(records.map(({ sent }) => sent[0]?.sequence)).size).toBe(2);
    expect(records.map(({ attempts }) => attempts)).toEqual([1, 1]);
  });

  test("a batch that Flink repeats gives the same names, and is reported as another attempt", async () => {
    const { proxy, events } = stand();
    const [one, again, other] = [
      await proxy.ask(endpoint, request("7:7", "8:8")),
      await proxy.ask(endpoint, request("7:7", "8:8")),
      await proxy.ask(endpoint, request("9:9")),
    ];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(proxy.replays).toBe(2);
    expect(events.flatMap((event) => (event.kind === "invocation-ended" ? [event.record.attempts] : []))).toEqual([1, 2, 1]);
  });

  test("what a call showed of the entity stays visible until the next one, and the entity cannot be acted on", async () => {
    const { proxy, seen } = stand();
    await proxy.ask(endpoint, request("7:7"));
    const entities = flinkEntities(seen, flinkCapabilities(true));
    expect(await entities.entity(cart("anna"))).toMatchObject({
      state: [{ name: "count", value: { bytes: Uint8Array.from(Buffer.from("2")) }, writtenMs: 100 }],
    });
    expect((await entities.entities({ type: "shop/cart", limit: 5 })).items).toMatchObject([{ address: cart("anna") }]);
    expect(await entities.entity(cart("bert"))).toBeUndefined();
    await expect(entities.act({ kind: "one", address: cart("anna") }, { kind: "pause" })).rejects.toMatchObject({
      capability: "entity-actions",
    });
  });

  test("missing states are requested, and known from then on", async () => {
    const spec = { name: "count", typename: "x/text", expiration: { mode: "after-write", afterMs: 9 } } as const;
    const { proxy, seen } = stand(() => ({ kind: "incomplete", missing: [spec] }));
    const answer = await proxy.ask(endpoint, request("7:7"));
    if (answer.kind !== "reply") throw new Error(answer.reason);
    expect(FromFunction.decode(answer.bytes).incompleteInvocationContext?.missingValues).toMatchObject([
      { stateName: "count", typeTypename: "x/text" },
    ]);
    expect(seen.specsOf("shop/cart")).toEqual([spec]);
  });

  test("a failure is one that StateFun tries again, and is reported with its reason; bytes that are not a request are refused", async () => {
    const { proxy, events } = stand(() => "fails");
    expect(await proxy.ask(endpoint, request("7:7"))).toEqual({ kind: "refused", status: 500, reason: "CALL_TIMEOUT: late" });
    expect(events).toMatchObject([{ kind: "attempt-failed", endpoint: "shop/*", failure: { code: "CALL_TIMEOUT" } }]);
    expect(await proxy.ask(endpoint, Buffer.from("no request"))).toMatchObject({ kind: "refused", status: 400 });
    expect(await proxy.ask(endpoint, new Uint8Array(0))).toMatchObject({ kind: "refused", status: 400 });
    expect(proxy.inFlight).toBe(0);
  });
});

test("entities that were seen longest ago are forgotten first, by number and by bytes", () => {
  const seen = new SeenEntities({ entitiesMax: 3, bytesMax: 2_000, typesMax: 1 });
  const call = (id: string, size: number) =>
    seen.called(cart(id), {
      state: [{ name: "v", value: { typename: "x", bytes: new Uint8Array(size) } }],
      effects: { mutations: [], messages: [], delayed: [], egress: [] },
      atMs: 1,
    });
  for (const id of ["a", "b", "c", "a", "d"]) call(id, 10);
  const ids = () => seen.page({ type: "shop/cart", prefix: "", after: undefined, limit: 10 }).map(({ address }) => address.id);
  expect(ids()).toEqual(["a", "c", "d"]);
  call("e", 1_500);
  expect(ids()).toEqual(["d", "e"].filter((id) => seen.entity(cart(id)) !== undefined));
  expect(seen.entity(cart("e"))).toBeDefined();
  call("f", 5_000);
  expect(seen.entity(cart("f"))).toBeUndefined();
  seen.registered("other/type", []);
  expect(seen.types).toEqual(["shop/cart"]);
});
