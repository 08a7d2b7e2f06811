import { DescriptorRegistry } from "@signalbox/proto";
import { beforeEach, describe, expect, test } from "vitest";
import { noMasks } from "../../src/masking/masks.ts";
import { createValueCodec } from "../../src/values/value-codec.ts";
import type { TrackedFrame } from "../../src/flow/flow.ts";
import { FlowCollector } from "../../src/flow/flow-collector.ts";
import { LiveFlow } from "../../src/flow/live-flow.ts";
import { FlowReceived } from "../../src/shared/flow-delta.ts";
import type { LiveNeeds } from "../../src/contract/overview/live.ts";
import { quietEngine } from "../support/quiet-engine.ts";
import { admitted, attemptFailed, ended, kept } from "./events.ts";

const cart = { type: "shop/cart", id: "ada" };
const stock = { type: "shop/stock", id: "socks" };
let nowMs: number;
let flow: LiveFlow;
let collector: FlowCollector;
let stop: AbortController;

beforeEach(() => {
  nowMs = 1_000_000_000;
  flow = new LiveFlow({
    values: createValueCodec(new DescriptorRegistry()),
    masks: noMasks,
    counts: () => ({ modules: 1, savepoints: 2 }),
    nowMs: () => nowMs,
    // With this clock a row is looked at, however long a busy machine takes.
    steadyMs: () => nowMs,
  });
  collector = new FlowCollector();
  flow.join(collector);
  stop = new AbortController();
  flow.start(quietEngine(), stop.signal);
  return () => stop.abort();
});

function watch(needs: Partial<LiveNeeds>, lastEventId: string | null = null) {
  const ended_ = new AbortController();
  const frames = flow
    .watch({ flow: false, tails: [], entities: [], ...needs }, { lastEventId, timelineAfterMs: null, signal: ended_.signal })
    [Symbol.asyncIterator]();
  return {
    end: async (): Promise<void> => {
      ended_.abort();
      await frames.return?.(undefined);
    },
    next: async (): Promise<TrackedFrame> => {
      const result = await frames.next();
      if (result.done === true) throw new Error("the stream ended");
      return result.value;
    },
  };
}

/** Makes a digest as it comes from another thread. */
function digest(): void {
  const made = collector.digest();
  if (made !== undefined) flow.add(structuredClone(made));
}

function passSeconds(seconds: number): void {
  for (let quarter = 0; quarter < seconds * 4; quarter += 1) {
    nowMs += 250;
    digest();
    flow.tick();
  }
}

describe("flow", () => {
  test("an edge counts each message once, with the ingress it came through", () => {
    for (let n = 1; n <= 10; n += 1) collector.on(admitted(n, cart));
    collector.on(ended(11, cart, { sent: [kept(12, stock, cart), kept(13, stock, cart)] }));
    digest();
    const { edges } = flow.graph();
    expect(edges.map((edge) => [edge.id, edge.total])).toEqual([
      ["ingress:http→type:shop/cart", 10],
      ["type:shop/cart→type:shop/stock", 2],
    ]);
  });

  test("an edge shows once it carried a message, not when a message from before the start arrives", () => {
    collector.on(ended(1, stock, { messages: [kept(1, stock, cart)] }));
    digest();
    expect(flow.graph().edges).toEqual([]);
  });

  test("a rate falls to zero when the messages stop", () => {
    for (let n = 1; n <= 50; n += 1) collector.on(admitted(n, cart));
    passSeconds(1);
    expect(flow.summary().inPerSecond).toBeGreaterThan(20);
    passSeconds(8);
    expect(flow.summary().inPerSecond).toBe(0);
  });

  test("percentiles are of the last ten seconds and null when nothing ended", () => {
    expect(flow.summary().p50Ms).toBeNull();
    for (let n = 0; n < 100; n += 1) collector.on(ended(n, cart, { endedMs: 1_000 + n }));
    passSeconds(1);
    const { p50Ms, p99Ms } = flow.summary();
    expect(p50Ms).toBeGreaterThan(45);
    expect(p50Ms).toBeLessThan(55);
    expect(p99Ms).toBeGreaterThan(95);
    passSeconds(15);
    expect(flow.summary().p50Ms).toBeNull();
  });

  test("dots are bounded, each is a message that moved, and the frame says how many did", async () => {
    const tab = watch({ flow: true });
    await tab.next();
    for (let n = 1; n <= 5_000; n += 1) collector.on(admitted(n, cart));
    passSeconds(0.25);
    const { frame } = await tab.next();
    expect(frame.flow?.moved).toBe(5_000);
    expect(frame.flow?.dots.length).toBeGreaterThan(0);
    expect(frame.flow?.dots.length).toBeLessThanOrEqual(120);
    expect(new Set(frame.flow?.dots.map(([, sequence]) => sequence)).size).toBe(frame.flow?.dots.length);
    await tab.end();
  });

  test("a busy edge is thinned and a quiet edge beside it keeps its dots", async () => {
    const tab = watch({ flow: true });
    const graph = new FlowReceived();
    const first = await tab.next();
    if (first.frame.flow !== null) graph.apply(first.frame.flow);
    for (let round = 0; round < 2; round += 1) {
      for (let n = 1; n <= 2_000; n += 1) collector.on(admitted(n, cart));
      collector.on(admitted(9_999, stock));
      passSeconds(0.25);
    }
    const { frame } = await tab.next();
    if (frame.flow !== null) graph.apply(frame.flow);
    expect(frame.flow === null ? [] : graph.dots(frame.flow, nowMs).map((dot) => dot.edge)).toContain("ingress:http→type:shop/stock");
    await tab.end();
  });

  test("a graph of many busy edges goes as often as its bytes allow, and arrives whole", async () => {
    const tab = watch({ flow: true });
    const received = new FlowReceived();
    const seconds = 24;
    let bytes = 0;
    let sequence = 0;
    for (let quarter = 0; quarter < seconds * 4; quarter += 1) {
      const { frame } = await tab.next();
      if (frame.flow !== null) received.apply(frame.flow);
      if (frame.flow?.whole === false) bytes += JSON.stringify({ ...frame.flow, dots: [] }).length;
      for (let type = 0; type < 500; type += 1) {
        const busy = (quarter + type) % 3;
        for (let n = 0; n < busy; n += 1) collector.on(admitted((sequence += 1), { type: `shop/type-${type}`, id: "ada" }));
      }
      passSeconds(0.25);
    }
    expect(bytes / seconds).toBeLessThan(20 * 1024);
    expect(received.graph().edges).toHaveLength(500);
    await tab.end();
  });
});

describe("tail", () => {
  async function rowsFor(filter: string): Promise<unknown[]> {
    const tab = watch({ tails: [filter] });
    await tab.next();
    collector.on(ended(1, cart));
    collector.on(
      ended(2, stock, {
        outcome: {
          kind: "parked",
          failure: { code: "REPLY_MALFORMED", scope: "entity", message: "", cure: "", retryAfterMs: undefined, raw: undefined },
        },
      }),
    );
    collector.on(attemptFailed(cart));
    passSeconds(0.25);
    const { frame } = await tab.next();
    await tab.end();
    return (frame.tails[0]?.rows ?? []).map((row) => `${row.address.id} ${row.status} ${row.word}`);
  }

  test("rows show which invocations ended, failed and parked", async () => {
    expect(await rowsFor("")).toEqual(["ada completed completed", "socks parked REPLY_MALFORMED", "ada failed ENDPOINT_ERROR"]);
  });

  test("a filter by type, status or text leaves only its rows", async () => {
    expect(await rowsFor("type:shop/stock")).toEqual(["socks parked REPLY_MALFORMED"]);
    expect(await rowsFor("is:failed")).toEqual(["ada failed ENDPOINT_ERROR"]);
    expect(await rowsFor("malformed")).toEqual(["socks parked REPLY_MALFORMED"]);
  });

  test("rows of failed attempts are told apart, also when they come in different digests", async () => {
    const tab = watch({ tails: [""] });
    await tab.next();
    for (let round = 0; round < 3; round += 1) {
      collector.on(attemptFailed(cart));
      collector.on(attemptFailed(stock));
      digest();
    }
    passSeconds(0.25);
    const { frame } = await tab.next();
    expect(new Set(frame.tails[0]?.rows.map((row) => row.sequence)).size).toBe(6);
    await tab.end();
  });

  test("rows that do not fit a frame are counted", async () => {
    const tab = watch({ tails: [""] });
    await tab.next();
    for (let n = 1; n <= 500; n += 1) collector.on(ended(n, cart));
    passSeconds(0.25);
    const { frame } = await tab.next();
    expect(frame.tails[0]).toMatchObject({ dropped: 400 });
    expect(frame.tails[0]?.rows).toHaveLength(100);
    await tab.end();
  });
});

describe("frames", () => {
  test("an idle tab gets a frame a second, a busy one every tick", async () => {
    const tab = watch({});
    await tab.next();
    passSeconds(0.25);
    collector.on(admitted(1, cart));
    passSeconds(0.25);
    expect((await tab.next()).frame.summary.atMs).toBe(nowMs);
    await tab.end();
  });

  test("a tab that reconnects gets every frame after the last it saw", async () => {
    const first = watch({ tails: [""] });
    const seen = await first.next();
    collector.on(ended(1, cart));
    passSeconds(0.25);
    const lost = await first.next();
    await first.end();
    collector.on(ended(2, cart));
    passSeconds(0.25);
    const again = watch({ tails: [""] }, seen.id);
    expect(await again.next()).toEqual(lost);
    const next = await again.next();
    expect(next.frame.tails[0]?.rows.map((row) => row.sequence)).toEqual([2]);
    await again.end();
  });

  test("a tab that comes back too late is told to read everything again", async () => {
    const late = watch({ entities: [cart] }, "gone.7");
    const { frame } = await late.next();
    expect(frame.changed).toEqual(["bindings", "savepoints", "failures", "breakers"]);
    expect(frame.touched).toEqual([cart]);
    await late.end();
  });

  test("a watched entity is told when its mailbox or its state moves, others are not", async () => {
    const tab = watch({ entities: [cart] });
    await tab.next();
    collector.on(admitted(1, stock));
    passSeconds(0.25);
    expect((await tab.next()).frame.touched).toEqual([]);
    collector.on(ended(2, cart));
    passSeconds(0.25);
    expect((await tab.next()).frame.touched).toEqual([cart]);
    await tab.end();
  });
});

describe("timeline", () => {
  test("a second holds its messages, failures and mark, and the timeline keeps ten minutes", () => {
    collector.on(ended(1, cart, { messagesTotal: 7 }));
    collector.on(attemptFailed(cart));
    flow.mark("savepoint", "s-1");
    passSeconds(1);
    expect(flow.timeline().at(-1)).toEqual({ atMs: 1_000_000_000, messages: 7, failures: 1, marks: [{ kind: "savepoint", text: "s-1" }] });
    nowMs += 3_600_000;
    flow.tick();
    expect(flow.timeline()).toHaveLength(600);
    expect(flow.timeline().at(-1)?.atMs).toBe(nowMs - 1_000);
  });
});

describe("a wall clock that is put back by an hour", () => {
  test("makes rates, percentiles and the timeline begin anew instead of standing still for an hour", () => {
    for (let n = 1; n <= 50; n += 1) collector.on(admitted(n, cart));
    passSeconds(5);
    nowMs -= 3_600_000;
    passSeconds(2);
    expect(flow.summary().inPerSecond).toBe(0);
    for (let n = 1; n <= 50; n += 1) collector.on(admitted(n, cart));
    for (let n = 0; n < 100; n += 1) collector.on(ended(n, cart, { endedMs: 1_000 + n }));
    passSeconds(1);
    expect(flow.summary().inPerSecond).toBeGreaterThan(5);
    expect(flow.summary().p50Ms).toBeGreaterThan(40);
    expect(flow.timeline().at(-1)?.atMs).toBeGreaterThanOrEqual(nowMs - 2_000);
    passSeconds(15);
    expect(flow.summary().p50Ms).toBeNull();
  });

  test("leaves an idle tab its frame a second", async () => {
    const tab = watch({});
    const first = tab.next();
    passSeconds(2);
    await first;
    nowMs -= 3_600_000;
    const second = tab.next();
    passSeconds(2);
    expect((await second).frame.summary.atMs).toBeLessThanOrEqual(nowMs);
    await tab.end();
  });
});
