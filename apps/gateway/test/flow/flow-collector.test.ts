import { build } from "hdr-histogram-js";
import { DescriptorRegistry } from "@signalbox/proto";
import fc from "fast-check";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noMasks } from "../../src/masking/masks.ts";
import { createValueCodec } from "../../src/values/value-codec.ts";
import { DigestSender } from "../../src/flow/digest-sender.ts";
import { FlowCollector } from "../../src/flow/flow-collector.ts";
import type { FlowDigest, FlowWatch, TailWatch } from "../../src/flow/flow-digest.ts";
import { LatencyCounter, LatencyPool, latencyUnits, latencyUnitsMax } from "../../src/flow/latency-counter.ts";
import { LiveFlow } from "../../src/flow/live-flow.ts";
import { tailWatch } from "../../src/flow/tail.ts";
import { everyRow } from "../../src/shared/row-filter.ts";
import { quietEngine } from "../support/quiet-engine.ts";
import { admitted, attemptFailed, ended, kept } from "./events.ts";

const cart = { type: "shop/cart", id: "ada" };
const stock = { type: "shop/stock", id: "socks" };
const everything: TailWatch = { key: "", filter: everyRow, rowsAtOnceMax: 100, rowsPerDigestMax: 40 };
const parked = {
  kind: "parked",
  failure: { code: "REPLY_MALFORMED", scope: "entity", message: "", cure: "", retryAfterMs: undefined, raw: undefined },
} as const;

function watching(parts: Partial<FlowWatch>): FlowCollector {
  const collector = new FlowCollector();
  collector.watch({ dotsPerDigestMax: 0, tails: [], entities: [], hotTypes: [], ...parts });
  return collector;
}

function digestOf(collector: FlowCollector): FlowDigest {
  const digest = collector.digest();
  if (digest === undefined) throw new Error("nothing happened");
  return digest;
}

describe("a digest", () => {
  test("holds the events since the one before, and is absent when there were none", () => {
    const collector = new FlowCollector();
    expect(collector.digest()).toBeUndefined();
    collector.on(admitted(1, cart));
    collector.on(ended(2, cart, { sent: [kept(3, stock, cart)], egress: [{ sequence: 4, egress: "out/x", value: kept(4, stock).value }] }));
    const digest = digestOf(collector);
    expect(digest).toMatchObject({ admitted: 1, invocations: 1, messages: 1, parked: 0, attemptsFailed: 0, moved: 3, changed: [] });
    expect(digest.edges.map(({ kind, from, to, count }) => [kind, from, to, count])).toEqual([
      ["ingress", "http", "shop/cart", 1],
      ["type", "shop/cart", "shop/stock", 1],
      ["egress", "shop/cart", "out/x", 1],
    ]);
    expect(digest.types.find((type) => type.type === "shop/cart")).toMatchObject({
      in: 1,
      invocations: 1,
      outLocal: 1,
      outRemote: 0,
      outEgress: 1,
    });
    collector.on({ kind: "epoch-durable", epoch: 1, atMs: 1, syncMs: 1, writes: 1 });
    // The epoch is passed on because the time when it became durable is remembered, although the flow has heard nothing.
    expect(collector.digest()).toMatchObject({ heard: false, hops: { place: { index: 0, count: 1 }, epochs: [1, 1] } });
    expect(collector.digest()).toBeUndefined();
    collector.on(admitted(5, stock));
    expect(digestOf(collector)).toMatchObject({ admitted: 1, invocations: 0, types: [{ type: "shop/stock", in: 1 }] });
  });

  test("counts messages to other partitions apart from those that stay", () => {
    const collector = new FlowCollector({ isHome: (id) => id === cart.id });
    const away = { ...stock, id: `not-${cart.id}` };
    collector.on(ended(2, cart, { sent: [kept(3, { ...stock, id: cart.id }, cart), kept(4, away, cart), kept(5, away, cart)] }));
    expect(digestOf(collector).types.find((type) => type.type === "shop/cart")).toMatchObject({ outLocal: 1, outRemote: 2 });
  });

  test("carries no samples while nobody watches", () => {
    const collector = new FlowCollector();
    for (let n = 1; n <= 100; n += 1) collector.on(ended(n, cart, { sent: [kept(n, stock, cart)] }));
    expect(digestOf(collector)).toMatchObject({ moved: 100, dots: [], rows: [], tails: [], touched: [] });
  });

  test("says which ids of a type get most messages, and only of a type that is requested", () => {
    const collector = watching({ hotTypes: ["shop/cart"] });
    for (let n = 1; n <= 200; n += 1) collector.on(admitted(n, { ...cart, id: n % 4 === 0 ? `once-${n}` : "hot" }));
    collector.on(ended(201, stock, { sent: [kept(202, { ...cart, id: "hot" }, stock)] }));
    collector.on(admitted(203, stock));
    const { hot } = digestOf(collector);
    expect(hot.map(({ type }) => type)).toEqual(["shop/cart"]);
    expect(hot[0]?.ids[0]).toEqual(["hot", 151, 0]);
    expect(hot[0]?.ids.length).toBeLessThanOrEqual(32);
    collector.watch({ dotsPerDigestMax: 0, tails: [], entities: [], hotTypes: [] });
    collector.on(admitted(204, cart));
    expect(digestOf(collector).hot).toEqual([]);
  });

  test("carries values in buffers of their own, cut to the size of a preview", () => {
    const collector = watching({ tails: [everything] });
    const network = Buffer.alloc(1 << 20, "x");
    const record = (n: number, sizeBytes: number) => {
      const bytes = network.subarray(n * 4_096, n * 4_096 + sizeBytes);
      collector.on(ended(n, cart, { messages: [{ ...kept(n, cart), value: { typename: "t", sizeBytes, bytes } }] }));
    };
    record(1, 5);
    record(2, 4_000);
    const { rows } = structuredClone(digestOf(collector));
    expect(rows.map((row) => [row.bytes?.length, row.bytes?.buffer.byteLength, row.sizeBytes])).toEqual([
      [5, 5, 5],
      [2_048, 2_048, 4_000],
    ]);
  });

  test("after a quiet moment carries a whole frame of rows, then its share, and counts the left-out rows", () => {
    const collector = watching({ tails: [everything] });
    const picked = (count: number) => {
      for (let n = 1; n <= count; n += 1) collector.on(ended(n, cart));
      const [tail] = digestOf(collector).tails;
      return [tail?.rows.length, tail?.dropped];
    };
    expect(picked(150)).toEqual([100, 50]);
    expect(picked(150)).toEqual([40, 110]);
    expect(collector.digest()).toBeUndefined();
    expect(picked(150)).toEqual([100, 50]);
  });

  test("holds a row once however many tails want it, and each tail has only the rows that fit it", () => {
    const tail = (text: string): TailWatch => ({ ...tailWatch(text, 1), rowsAtOnceMax: 100 });
    const tails = [tail(""), tail("type:shop/stock"), tail("is:failed")];
    const collector = watching({ tails });
    collector.on(ended(1, cart));
    collector.on(ended(2, stock));
    collector.on(attemptFailed(stock));
    const digest = digestOf(collector);
    expect(digest.rows.map((row) => [row.id, row.status])).toEqual([
      ["ada", "completed"],
      ["socks", "completed"],
      ["socks", "failed"],
    ]);
    expect(digest.tails.map(({ key, rows }) => [key, rows])).toEqual([
      ["", [0, 1, 2]],
      ["type:shop/stock", [1, 2]],
      ["is:failed", [2]],
    ]);
  });

  test("bounds the bytes of its samples and counts the rows that had no room", () => {
    const collector = watching({ tails: [{ ...everything, rowsAtOnceMax: 1_000 }] });
    const value = { typename: "t", sizeBytes: 2_048, bytes: new Uint8Array(2_048) };
    for (let n = 1; n <= 1_000; n += 1) collector.on(ended(n, cart, { messages: [{ ...kept(n, cart), value }] }));
    const [tail] = digestOf(collector).tails;
    expect([tail?.rows.length, tail?.dropped]).toEqual([128, 872]);
  });

  test("names the watched entities that moved, and the lists to be read again", () => {
    const collector = watching({ entities: [cart] });
    collector.on(ended(1, stock, { sent: [kept(2, cart, stock)], outcome: parked }));
    collector.on({ kind: "bindings-changed", atMs: 1 });
    expect(digestOf(collector)).toMatchObject({ touched: [cart], changed: ["failures", "bindings"] });
  });
});

describe("latencies", () => {
  test("counted beside the engine give the percentiles of single recordings", () => {
    const options = { lowestDiscernibleValue: 1, highestTrackableValue: latencyUnitsMax, numberOfSignificantValueDigits: 2 } as const;
    const duration = fc.double({ min: -5, max: 700_000, noNaN: true }).map((ms) => ms ** 2 / 700_000);
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), (durations) => {
        const [each, added] = [build(options), build(options)];
        const counter = new LatencyCounter(new LatencyPool());
        for (const ms of durations) {
          each.recordValue(latencyUnits(ms));
          counter.count(ms);
        }
        const pairs = counter.take();
        for (let at = 0; at < pairs.length; at += 2) added.recordValueWithCount(pairs[at] ?? 0, pairs[at + 1] ?? 0);
        for (const percent of [1, 50, 95, 99, 100]) expect(added.getValueAtPercentile(percent)).toBe(each.getValueAtPercentile(percent));
        expect(counter.take()).toEqual([]);
      }),
    );
  });
});

describe("several collectors", () => {
  let flow: LiveFlow;
  const stop = new AbortController();

  beforeEach(() => {
    flow = new LiveFlow({
      values: createValueCodec(new DescriptorRegistry()),
      masks: noMasks,
      counts: () => ({ modules: 0, savepoints: 0 }),
    });
    flow.start(quietEngine(), stop.signal);
    return () => stop.abort();
  });

  test("in worker threads add up to one flow, with the exact counts of all of them", async () => {
    const watch = { dotsPerDigestMax: 10, tails: [everything], entities: [], hotTypes: [] };
    const module = new URL("./collector-thread.ts", import.meta.url);
    const threads = [1, 2, 3].map((partition) => new Worker(module, { workerData: { partition, messages: 1_000, watch } }));
    const digests: FlowDigest[] = [];
    await Promise.all(
      threads.map(
        (thread) =>
          new Promise<void>((done, failed) => {
            thread.on("message", (digest: FlowDigest) => digests.push(digest));
            thread.on("error", failed);
            thread.on("exit", () => done());
          }),
      ),
    );
    for (const digest of digests) flow.add(digest);
    expect(flow.graph().edges.map(({ id, total }) => [id, total])).toEqual([["ingress:http→type:shop/cart", 3_000]]);
    expect(flow.traffic.types.get("shop/cart")).toMatchObject({ invocations: { total: 3_000 }, buckets: { count: 3_000, sumMs: 12_000 } });
    expect(digests.flatMap((digest) => digest.dots)).toHaveLength(30);
    expect(new Set(digests.flatMap((digest) => digest.rows).map((row) => row.id)).size).toBe(300);
  });

  test("learn what is watched and share the room of a frame", async () => {
    const heard: FlowWatch[] = [];
    const first = { watch: (watch: FlowWatch) => heard.push(watch) };
    flow.join(first);
    const ending = new AbortController();
    const frames = flow.watch(
      { flow: true, tails: ["x"], entities: [cart] },
      { lastEventId: null, timelineAfterMs: null, signal: ending.signal },
    );
    await frames.next();
    expect(heard.at(-1)).toMatchObject({
      dotsPerDigestMax: 48,
      tails: [{ rowsPerDigestMax: 400, rowsAtOnceMax: 1_000 }],
      entities: [cart],
    });
    const plain = flow.watch(
      { flow: false, tails: [""], entities: [] },
      { lastEventId: null, timelineAfterMs: null, signal: ending.signal },
    );
    await plain.next();
    expect(heard.at(-1)?.tails[1]).toMatchObject({ rowsPerDigestMax: 5, rowsAtOnceMax: 100 });
    const leave = flow.join({ watch: () => undefined });
    expect(structuredClone(heard.at(-1))).toMatchObject({
      dotsPerDigestMax: 24,
      tails: [{ rowsPerDigestMax: 200 }, { rowsPerDigestMax: 3 }],
    });
    leave();
    expect(heard.at(-1)).toMatchObject({ dotsPerDigestMax: 48 });
    ending.abort();
    await frames.return(undefined);
    await plain.return(undefined);
  });
});

describe("a digest sender", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("sends at a fixed period while something happens, keeps no timer otherwise, and ends with the rest", () => {
    const sent: FlowDigest[] = [];
    const ending = new AbortController();
    const sender = new DigestSender(new FlowCollector(), { send: (digest) => sent.push(digest), signal: ending.signal });
    sender.on(admitted(1, cart));
    sender.on(admitted(2, cart));
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(sent.map((digest) => digest.admitted)).toEqual([2]);
    vi.advanceTimersByTime(100);
    expect(vi.getTimerCount()).toBe(0);
    sender.on(admitted(3, cart));
    ending.abort();
    expect(sent.map((digest) => digest.admitted)).toEqual([2, 1]);
    sender.on(admitted(4, cart));
    expect(vi.getTimerCount()).toBe(0);
  });
});
