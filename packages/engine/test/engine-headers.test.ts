/**
 * Headers stay with their message on every way that it takes, and the outputs of a call are of the same trace, with the message as their
 * parent.
 */
import { expect, test } from "vitest";
import {
  headersText,
  headersWithin,
  inheritedHeaders,
  readHeaders,
  spanOf,
  traceContextOf,
  traceHeaders,
  traceHeadersAlone,
  traceparentOf,
  type MessageHeader,
} from "@signalbox/runtime/model/message-headers";
import { defaultLimits } from "../src/limits.ts";
import { cart, sendAfter, sendTo, stock, text, textOf } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const given: MessageHeader[] = [
  ["tenant", "käse 🧀"],
  ["traceparent", traceparent],
  ["raw", { base64: "/wA=" }],
  ["tracestate", "vendor=1"],
];
const headers = headersText(given);

function shop(limits = defaultLimits) {
  const seen = new Map<string, string | undefined>();
  const harness = new EngineHarness({
    limits,
    run: async ({ target, inputs }) => {
      for (const { value, headers: got } of inputs) seen.set(`${target.id} ${textOf(value)}`, got);
      if (target.type !== "shop/cart") return completed();
      const delayed = [sendAfter(stock("later"), 10)];
      return completed({ messages: [sendTo(stock("now"), "x")], delayed, egress: [{ egress: "shop/out", value: text("out") }] });
    },
  });
  return { harness, seen };
}

test("a function gets them; its messages and egress records have the same trace with the message as their parent", async () => {
  const { harness, seen } = shop();
  const engine = await harness.open();
  const { messageId } = await harness.run(engine.accept({ target: cart("anna"), value: text("hi"), headers }));
  await harness.run(engine.settled());
  await harness.pass(20);
  await harness.run(engine.settled());
  const span = spanOf({ traceId, parentId: "00f067aa0ba902b7", flags: "01", state: "" }, messageId);
  const inherited = headersText(traceHeaders(`00-${traceId}-${span}-01`, "vendor=1"));
  expect(seen.get("anna hi")).toBe(headers);
  expect(seen.get("now x")).toBe(inherited);
  expect([...seen].find(([name]) => name.startsWith("later"))?.[1]).toBe(inherited);
  const records = await harness.run(engine.egressRecords({ egress: "shop/out", limit: 10 }));
  expect(records.map((record) => record.headers)).toEqual([inherited]);
  const [record] = (await harness.run(engine.history({ address: cart("anna"), limit: 10 }))).items;
  expect(record?.messages[0]?.headers).toBe(headers);
});

test("a message without headers causes none, and nothing is stored for them", async () => {
  const { harness, seen } = shop();
  const engine = await harness.open();
  await harness.run(engine.accept({ target: cart("anna"), value: text("hi") }));
  await harness.run(engine.settled());
  expect(new Set(seen.values())).toEqual(new Set([undefined]));
});

test("at level metadata the journal keeps the trace context alone", async () => {
  const { harness } = shop({ ...defaultLimits, journalLevel: "metadata" });
  const engine = await harness.open();
  await harness.run(engine.accept({ target: cart("anna"), value: text("hi"), headers }));
  await harness.run(engine.settled());
  const [record] = (await harness.run(engine.history({ address: cart("anna"), limit: 10 }))).items;
  expect(record?.messages[0]?.headers).toBe(
    headersText([
      ["traceparent", traceparent],
      ["tracestate", "vendor=1"],
    ]),
  );
});

test("headers beyond the limit are refused by the engine; a surface cuts to it, the trace context last of all", async () => {
  const { harness } = shop();
  const engine = await harness.open();
  const large = headersText([["x", "y".repeat(defaultLimits.messageHeadersBytesMax)]]);
  await expect(harness.run(engine.accept({ target: cart("anna"), value: text("hi"), headers: large }))).rejects.toThrow("headers");
  const many: MessageHeader[] = [...Array.from({ length: 100 }, (_, at): MessageHeader => [`x${at}`, "ü".repeat(20)]), ...given];
  const { text: kept, leftOut } = headersWithin(many, 600);
  expect(Buffer.byteLength(kept ?? "")).toBeLessThanOrEqual(600);
  expect(readHeaders(kept)).toHaveLength(many.length - leftOut);
  expect(traceContextOf(kept)).toMatchObject({ traceId, state: "vendor=1" });
  expect(headersWithin(given, 20)).toEqual({ text: undefined, leftOut: 4 });
});

test.each([
  ["another version", `01-${traceId}-00f067aa0ba902b7-01-more`, traceId],
  ["the version that is none", `ff-${traceId}-00f067aa0ba902b7-01`, undefined],
  ["a trace of zeros", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, undefined],
  ["a span of zeros", `00-${traceId}-${"0".repeat(16)}-01`, undefined],
  ["capitals", traceparent.toUpperCase(), undefined],
  ["something behind it", `${traceparent}x`, undefined],
  ["nothing", "", undefined],
])("a traceparent of %s", (_name, value, expected) => {
  expect(traceContextOf(headersText([["traceparent", value]]))?.traceId).toBe(expected);
});

test("a tracestate that could end a header line of a request is dropped", () => {
  expect(
    traceContextOf(
      headersText([
        ["traceparent", traceparent],
        ["tracestate", "a=1\r\nx: y"],
      ]),
    )?.state,
  ).toBe("");
  expect(traceHeaders(traceparent, "ü=1")).toEqual([["traceparent", traceparent]]);
});

test("headers that a hand-written savepoint has in a wrong form are ignored", () => {
  for (const wrong of ["", "{}", "[1]", '[["a"]]', '[["a",{}]]', "[[]", '[["a",null]]']) expect(readHeaders(wrong)).toEqual([]);
  expect(inheritedHeaders("null", 1)).toBeUndefined();
  expect(traceHeadersAlone('[["x","y"]]')).toBeUndefined();
});

test("spans differ between messages and are the same at a repeat", () => {
  const context = { traceId, parentId: "00f067aa0ba902b7", flags: "01", state: "" };
  const spans = Array.from({ length: 10_000 }, (_, id) => spanOf(context, id));
  expect(new Set(spans).size).toBe(10_000);
  expect(spans.every((span) => /^[\da-f]{16}$/.test(span))).toBe(true);
  expect(spanOf(context, 7)).toBe(spans[7]);
  expect(traceparentOf({ ...context, parentId: spans[7] ?? "" })).toBe(`00-${traceId}-${spans[7]}-01`);
});
