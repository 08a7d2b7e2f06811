/**
 * Which spans and log lines are made of events, and with which ids.
 */
import { headersText, spanOf, traceHeaders, type EngineEvent, type JournalMessage, type JournalRecord } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { logsPerDigestMax, spansPerDigestMax, TelemetryCollector } from "../../src/telemetry/telemetry-collector.ts";
import { isSampled, newTraceparent, traceOfNumber } from "../../src/telemetry/trace-ids.ts";

const cart = { type: "shop/cart", id: "anna" };
const secretValue = { typename: "t/v", sizeBytes: 6, bytes: Buffer.from("secret") };
const traceId = "0".repeat(31) + "1";

function message(sequence: number, more: Partial<JournalMessage> = {}): JournalMessage {
  const headers = headersText([["tenant", "secret"], ...traceHeaders(`00-${traceId}-${"b".repeat(16)}-01`, "v=1")]);
  return { sequence, trace: 1, caller: undefined, target: cart, value: secretValue, atMs: 1_000, headers, ...more };
}

function ended(more: Partial<JournalRecord> = {}): EngineEvent {
  const record: JournalRecord = {
    sequence: 9,
    address: cart,
    outcome: { kind: "completed" },
    epoch: 1,
    messages: [message(7)],
    messagesTotal: 1,
    sent: [],
    delayed: [],
    egress: [],
    state: [{ name: "x", before: secretValue, after: secretValue }],
    attempts: 1,
    startedMs: 1_005,
    endedMs: 1_010,
    endpoint: "shop/*",
    ...more,
  };
  return { kind: "invocation-ended", record };
}

const failure = { code: "CALL_TIMEOUT", scope: "suspect", message: "late", cure: "wait", retryAfterMs: undefined, raw: "secret" } as const;
const parked = { kind: "parked", failure } as const;

function told(events: readonly EngineEvent[], ratio: number) {
  const collector = new TelemetryCollector();
  collector.watch = { ratio, slowMs: 100, salt: "test" };
  for (const event of events) collector.on(event);
  return collector.take();
}

describe("spans", () => {
  test("of a message with a trace context: in its trace, below its parent, and the same each time", () => {
    const span = {
      traceId,
      spanId: spanOf({ traceId, parentId: "b".repeat(16), flags: "01", state: "" }, 7),
      parentId: "b".repeat(16),
      traceState: "v=1",
    };
    expect(told([ended()], 1)?.spans).toMatchObject([
      { ...span, type: "shop/cart", messageId: 7, record: 9, startedMs: 1_005, endedMs: 1_010 },
    ]);
  });

  test("of a message without one: in the trace that its number names, the same in all threads, and without a parent", () => {
    const events = [
      ended({ messages: [message(7, { headers: undefined }), message(8, { headers: undefined, trace: 2 })], messagesTotal: 2 }),
    ];
    const spans = told(events, 1)?.spans ?? [];
    expect(spans.map(({ traceId: id, parentId }) => [id, parentId])).toEqual([
      [traceOfNumber("test", 1).traceId, ""],
      [traceOfNumber("test", 2).traceId, ""],
    ]);
    // The second of a batch links to the first.
    expect(spans.map(({ link }) => link)).toEqual([undefined, { traceId: spans[0]?.traceId, spanId: spans[0]?.spanId }]);
  });

  test.each<[string, Partial<JournalRecord>, number]>([
    ["a plain one", {}, 0],
    ["one that parked its entity", { outcome: parked }, 1],
    ["one that went well at the second attempt", { attempts: 2 }, 1],
    ["one that took long", { endedMs: 1_100 }, 1],
    ["one that waited long", { messages: [message(7, { atMs: 900 })] }, 1],
  ])("%s is exported, or not, whatever share is sampled", (_name, record, spans) => {
    expect(told([ended(record)], 0)?.spans ?? []).toHaveLength(spans);
  });

  test("of the others are a share, by trace, so that a trace is whole", () => {
    const ids = Array.from({ length: 4_000 }, () => newTraceparent(0.1));
    const sampled = ids.filter((text) => isSampled(text.split("-")[1] ?? "", 0.1));
    expect(sampled.length).toBeGreaterThan(250);
    expect(sampled.length).toBeLessThan(600);
    expect(ids.filter((text) => text.endsWith("-01"))).toEqual(sampled);
    expect([isSampled("f".repeat(32), 1), isSampled("0".repeat(32), 0)]).toEqual([true, false]);
  });
});

describe("log lines", () => {
  test("of parked entities, failures, opened breakers, acts of people, and the stop of the engine", () => {
    const events: EngineEvent[] = [
      ended({ outcome: parked }),
      ended({ outcome: { kind: "act", act: "retry", detail: "" }, messages: [] }),
      { kind: "attempt-failed", address: cart, endpoint: "shop/*", attempt: 2, failure, atMs: 5, durationMs: 1 },
      { kind: "breaker-changed", endpoint: "shop/*", state: "open", failure, atMs: 6 },
      { kind: "breaker-changed", endpoint: "shop/*", state: "closed", failure: undefined, atMs: 7 },
      { kind: "stopped", reason: "the disk", atMs: 8 },
    ];
    const digest = told(events, 0);
    expect(digest?.logs.map(({ severity, body }) => `${severity} ${body}`)).toEqual([
      "error shop/cart/anna is parked: late",
      "info retry of shop/cart/anna",
      "warn late",
      "error the breaker of shop/* is open: late",
      "info shop/* answers again",
      "error the disk",
    ]);
    expect(digest?.logs[0]?.span).toEqual({ traceId: digest?.spans[0]?.traceId, spanId: digest?.spans[0]?.spanId });
  });
});

test("contain no value, no raw answer and no header but the trace context", () => {
  const text = JSON.stringify(told([ended({ outcome: parked }), ended()], 1));
  expect(text).not.toContain("secret");
  expect(text).not.toContain(Buffer.from("secret").toString("base64"));
});

test("in a digest are bounded and say how many were left out; without a watch none is kept", () => {
  const digest = told(
    Array.from({ length: 3_000 }, () => ended({ outcome: parked })),
    1,
  );
  expect([digest?.spans.length, digest?.spansLeft]).toEqual([spansPerDigestMax, 3_000 - spansPerDigestMax]);
  expect([digest?.logs.length, digest?.logsLeft]).toEqual([logsPerDigestMax, 3_000 - logsPerDigestMax]);
  const idle = new TelemetryCollector();
  idle.on(ended({ outcome: parked }));
  expect(idle.take()).toBeUndefined();
});
