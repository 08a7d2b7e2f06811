/**
 * Which messages are admitted, once, and when they are acknowledged; how long mailboxes keep their order beyond memory; when invocations
 * may start.
 */
import { describe, expect, test } from "vitest";
import { messageOverheadBytes } from "../src/core/mailbox.ts";
import { idBytesMax } from "@signalbox/runtime/model/address";
import { CoreHarness } from "./core-harness.ts";
import { cart, endpoint, sendTo, stock, text } from "./core-samples.ts";

describe("an ingress message", () => {
  test("is acknowledged when it is durable, not before", async () => {
    const core = await CoreHarness.withStates([]);
    const request = await core.send(cart("anna"), "a");
    expect(core.acknowledged.has(request)).toBe(false);
    const heard = await core.syncUnheard();
    expect(core.acknowledged.has(request)).toBe(false);
    await heard();
    expect(core.acknowledged.get(request)).toMatchObject({ kind: "accepted", repeated: false });
  });

  test("that was not acknowledged may be lost after a crash; an acknowledged one is not", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "kept");
    await core.sync();
    await core.send(cart("anna"), "lost");
    await core.restart();
    expect(core.inputs()).toEqual(["kept"]);
    await core.complete();
    expect(core.inFlight).toHaveLength(0);
  });

  test("that was in flight at a crash is sent again, and counts once", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    await core.sync();
    const [before] = core.inFlight;
    await core.restart();
    expect(core.inputs()).toEqual(["a"]);
    await core.complete({ messages: [sendTo(stock("x"), "m")] });
    await core.complete({ messages: [sendTo(stock("x"), "m")] }, before && { ...before, invocation: before.invocation + 1000 });
    expect(core.depth(stock("x"))).toBe(1);
  });

  test("to a type that no endpoint serves is refused, with the types that are served", async () => {
    const core = await CoreHarness.withStates([]);
    const request = await core.send({ type: "else/where", id: "x" }, "a");
    // The cure names the types that a module declares; nobody may send to the engine's own types.
    const cure = expect.stringMatching(/^Register an endpoint .* or send to one of: (?!.*io\.signalbox)/);
    expect(core.refused.get(request)).toMatchObject({ code: "UNKNOWN_FUNCTION_TYPE", cure });
    expect(core.refused.get(request)?.cure).toContain("shop/*");
    const malformed = await core.send({ type: "nonsense", id: "x" }, "a");
    expect(core.refused.get(malformed)?.code).toBe("INVALID_ADDRESS");
  });

  test("to an id that is empty or too long, or to a type that ends in a blank, is refused at every surface alike", async () => {
    const core = await CoreHarness.withStates([]);
    for (const target of [
      cart(""),
      cart("x".repeat(idBytesMax + 1)),
      { type: "shop/cart ", id: "x" },
      { type: "shop/ca\u0000rt", id: "x" },
    ]) {
      const refusal = core.refused.get(await core.send(target, "a"));
      expect(refusal?.code).toBe("INVALID_ADDRESS");
      expect(refusal?.message.length).toBeLessThan(300);
    }
    expect(core.state.entities.types.has("shop/cart ")).toBe(false);
    const longest = await core.send(cart("x".repeat(idBytesMax)), "a");
    expect(core.refused.has(longest)).toBe(false);
  });

  test("to a name that does not fit into the endpoint's URL is refused, for a known type too once the URL holds it", async () => {
    const at = (urlTemplate: string) => ({ endpoints: [endpoint("shop/*", { urlTemplate })], egresses: [] });
    const core = await CoreHarness.withStates([]);
    const dotted = { type: "shop/a.b", id: "x" };
    expect(core.refused.has(await core.send(dotted, "a"))).toBe(false);
    await core.bind(at("http://{function.name}.svc.test/fn"));
    for (const target of [dotted, { type: "shop/evil.com#", id: "x" }]) {
      const refusal = core.refused.get(await core.send(target, "a"));
      expect(refusal).toMatchObject({ code: "INVALID_ADDRESS", message: expect.stringContaining("host") });
      expect(refusal?.cure).toContain("another name");
    }
    expect(core.refused.has(await core.send(cart("anna"), "a"))).toBe(false);
    await core.bind(at("http://svc.test/{function.name}/fn"));
    expect(core.refused.has(await core.send(dotted, "a"))).toBe(false);
    expect(core.refused.get(await core.send({ type: "shop/..", id: "x" }, "a"))?.code).toBe("INVALID_ADDRESS");
  });

  test("beyond the limits is refused: too large, too many, faster than the disk", async () => {
    const core = await CoreHarness.withStates([], { limits: { messageBytesMax: 10, waitingMessagesMax: 3, epochBytesMax: 100_000 } });
    const large = await core.send(cart("anna"), "01234567890");
    expect(core.refused.get(large)?.code).toBe("MESSAGE_TOO_LARGE");
    for (let count = 0; count < 3; count++) await core.send(cart("anna"), "a");
    const many = await core.send(cart("anna"), "a");
    expect(core.refused.get(many)).toMatchObject({ code: "OVERLOADED", retryAfterMs: 1000 });
  });

  test("is accepted again once the disk has caught up", async () => {
    const core = await CoreHarness.withStates([], { limits: { epochBytesMax: 2_000 } });
    let refused = 0;
    for (let count = 0; count < 20; count++) if (core.refused.has(await core.send(cart(`c${count}`), "x".repeat(100)))) refused++;
    expect(refused).toBeGreaterThan(0);
    await core.sync();
    expect(core.refused.has(await core.send(cart("late"), "a"))).toBe(false);
  });

  test("is not refused for bytes of messages that came and went before the next sync", async () => {
    const core = await CoreHarness.withStates([], { limits: { epochBytesMax: 3_000, journalLevel: "off" } });
    await core.send(cart("anna"), "x".repeat(500));
    for (let hops = 0; hops < 4; hops++) await core.complete({ messages: [sendTo(cart("anna"), "x".repeat(500))] });
    await core.complete();
    await core.sync();
    expect(core.state.epochs.writes.size).toBe(0);
    expect(core.refused.has(await core.send(cart("anna"), "x"))).toBe(false);
    expect(core.inFlight).toHaveLength(1);
  });
});

describe("an idempotency key", () => {
  test("gives a repeat the first answer and delivers once, before and after the sync", async () => {
    const core = await CoreHarness.withStates([]);
    const first = await core.send(cart("anna"), "a", "key");
    const second = await core.send(cart("anna"), "a", "key");
    await core.sync();
    const third = await core.send(cart("anna"), "a", "key");
    await core.sync();
    const answer = core.acknowledged.get(first);
    expect(answer).toMatchObject({ repeated: false });
    for (const repeat of [second, third]) expect(core.acknowledged.get(repeat)).toEqual({ ...answer, repeated: true });
    expect(core.depth(cart("anna"))).toBe(1);
  });

  test("counts with its target: the same key to eight targets delivers eight messages", async () => {
    const core = await CoreHarness.withStates([]);
    const targets = Array.from({ length: 8 }, (_, number) => cart(`u${number}`));
    const requests: number[] = [];
    for (const target of targets) requests.push(await core.send(target, "pay", "order-7"));
    requests.push(await core.send(stock("u0"), "pay", "order-7"));
    await core.sync();
    const answers = requests.map((request) => core.acknowledged.get(request));
    for (const answer of answers) expect(answer).toMatchObject({ repeated: false });
    expect(targets.map((target) => core.depth(target))).toEqual(targets.map(() => 1));
    const repeat = await core.send(cart("u5"), "pay", "order-7");
    await core.sync();
    expect(core.acknowledged.get(repeat)).toEqual({ ...answers[5], repeated: true });
  });

  test.each(["before the sync", "after a restart"])("with another value for the same target is refused, %s", async (when) => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a", "key");
    if (when === "after a restart") {
      await core.sync();
      await core.restart();
    }
    const other = await core.send(cart("anna"), "b", "key");
    expect(core.refused.get(other)).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED", message: expect.stringContaining("shop/cart/anna") });
    expect(core.depth(cart("anna"))).toBe(1);
  });

  test("is known after a restart", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a", "key");
    await core.sync();
    await core.restart();
    const repeat = await core.send(cart("anna"), "a", "key");
    await core.sync();
    expect(core.acknowledged.get(repeat)).toMatchObject({ repeated: true });
    expect(core.depth(cart("anna"))).toBe(1);
  });

  test("is forgotten after idempotencyKeyAgeMs, and swept from disk", async () => {
    const core = await CoreHarness.withStates([], { limits: { idempotencyKeyAgeMs: 1_000 } });
    await core.send(cart("anna"), "a", "key");
    const atMs = core.nowMs;
    await core.sync();
    core.nowMs += 1_000;
    const again = await core.send(cart("anna"), "a", "key");
    await core.sync();
    expect(core.acknowledged.get(again)).toMatchObject({ repeated: false });
    expect(core.depth(cart("anna"))).toBe(2);
    // The sweep of the old use must keep the new one.
    await core.apply({ kind: "keys-expired", nowMs: core.nowMs, keys: [{ key: "key", target: cart("anna"), atMs, usedAfresh: true }] });
    await core.sync();
    expect(await core.rows("x")).toHaveLength(1);
    const repeat = await core.send(cart("anna"), "a", "key");
    await core.sync();
    expect(core.acknowledged.get(repeat)).toMatchObject({ repeated: true });
    await core.apply({
      kind: "keys-expired",
      nowMs: core.nowMs,
      keys: [{ key: "key", target: cart("anna"), atMs: core.nowMs, usedAfresh: false }],
    });
    await core.sync();
    expect([...(await core.rows("i")), ...(await core.rows("x"))]).toEqual([]);
  });
});

describe("a producer", () => {
  test("may repeat what it sent: only sequences above the last one are new", async () => {
    const core = await CoreHarness.withStates([]);
    await core.produce("p", [
      [1, cart("anna"), "a"],
      [5, cart("anna"), "b"],
    ]);
    const repeat = await core.produce("p", [
      [1, cart("anna"), "a"],
      [5, cart("anna"), "b"],
      [6, cart("anna"), "c"],
    ]);
    await core.sync();
    expect(core.acknowledged.get(repeat)).toEqual({ kind: "producer", durableSequence: 6 });
    await core.complete();
    expect(core.inputs()).toEqual(["c"]);
    await core.restart();
    const after = await core.produce("p", [[6, cart("anna"), "c"]]);
    await core.sync();
    expect(core.acknowledged.get(after)).toEqual({ kind: "producer", durableSequence: 6 });
  });

  test("sends a batch as one: one unknown type refuses it all", async () => {
    const core = await CoreHarness.withStates([]);
    const request = await core.produce("p", [
      [1, cart("anna"), "a"],
      [2, { type: "else/where", id: "x" }, "b"],
    ]);
    expect(core.refused.get(request)?.code).toBe("UNKNOWN_FUNCTION_TYPE");
    expect(core.depth(cart("anna"))).toBe(0);
  });
});

describe("a mailbox longer than memory", () => {
  const limits = { mailboxMessagesInMemoryMax: 3, batchMessagesMax: 2 };
  const numbers = Array.from({ length: 20 }, (_, index) => String(index));

  async function consumeAll(core: CoreHarness): Promise<(string | undefined)[]> {
    const seen: (string | undefined)[] = [];
    while (core.inFlight.length > 0) {
      seen.push(...core.inputs());
      await core.complete();
      await core.sync();
    }
    return seen;
  }

  test("waits on disk and keeps its order", async () => {
    const core = await CoreHarness.withStates([], { limits });
    for (const value of numbers) await core.send(cart("anna"), value);
    expect(core.state.entities.find(cart("anna"))?.mailbox.inMemory).toBe(3);
    await core.sync();
    expect(await consumeAll(core)).toEqual(numbers);
  });

  test("takes half of the memory for mailboxes at most, so that messages of others stay in memory", async () => {
    const core = await CoreHarness.withStates([], {
      limits: { mailboxMessagesInMemoryMax: 20, mailboxBytesInMemoryMax: 10 * (messageOverheadBytes + 8) },
    });
    for (const value of numbers) await core.send(cart("anna"), value);
    for (const value of numbers.slice(0, 2)) await core.send(cart("ben"), value);
    const inMemory = (id: string) => core.state.entities.find(cart(id))?.mailbox.inMemory;
    expect([inMemory("anna"), inMemory("ben")]).toEqual([5, 2]);
    await core.sync();
    expect(await consumeAll(core)).toHaveLength(numbers.length + 2);
  });

  test("keeps its order over a restart in the middle", async () => {
    const core = await CoreHarness.withStates([], { limits });
    for (const value of numbers) await core.send(cart("anna"), value);
    await core.sync();
    const before: (string | undefined)[] = [];
    for (let batches = 0; batches < 4; batches++) {
      before.push(...core.inputs());
      await core.complete();
    }
    await core.sync();
    await core.restart();
    expect([...before, ...(await consumeAll(core))]).toEqual(numbers);
  });

  test("goes on when what it waits for becomes durable, also in the middle of the read", async () => {
    const core = await CoreHarness.withStates([], { limits: { ...limits, mailboxMessagesInMemoryMax: 1 } });
    await core.send(cart("anna"), "memory");
    await core.send(cart("anna"), "disk");
    core.holdLoads();
    await core.complete();
    // The read begins before its epoch is on disk and ends after that; nothing else will happen.
    const read = await core.readHeld();
    await core.sync();
    await core.releaseLoads(read);
    expect(core.inputs()).toEqual(["disk"]);
  });

  test("is bounded in bytes over all mailboxes too", async () => {
    const core = await CoreHarness.withStates([], { limits: { mailboxBytesInMemoryMax: 2_000 } });
    for (let index = 0; index < 30; index++) await core.send(cart(`c${index}`), "x".repeat(100));
    expect(core.state.mailboxes.bytesInMemory).toBeLessThanOrEqual(2_000);
    await core.sync();
    let seen = 0;
    while (core.inFlight.length > 0) {
      seen += core.inFlight.length;
      for (const request of [...core.inFlight]) await core.complete({}, request);
      await core.sync();
    }
    expect(seen).toBe(30);
  });

  test("takes no more into memory than its limit when a paused entity's epoch becomes durable (simulation seed 663)", async () => {
    const core = await CoreHarness.withStates([], { limits: { mailboxMessagesInMemoryMax: 1, delivery: "committed" } });
    await core.send(cart("anna"), "a");
    await core.send(cart("anna"), "b");
    await core.act(cart("anna"), { kind: "pause" });
    await core.sync();
    expect(core.state.entities.find(cart("anna"))?.mailbox.inMemory).toBe(1);
  });
});

describe("delivery", () => {
  test("committed: an invocation starts when its messages are durable", async () => {
    const core = await CoreHarness.withStates([], { limits: { delivery: "committed" } });
    await core.send(cart("anna"), "a");
    expect(core.inFlight).toHaveLength(0);
    await core.sync();
    expect(core.inputs()).toEqual(["a"]);
    await core.send(cart("anna"), "b");
    await core.complete({ messages: [sendTo(stock("x"), "m")] });
    expect(core.inFlight).toHaveLength(0);
    await core.sync();
    expect(core.inFlight.map((request) => request.target)).toEqual(expect.arrayContaining([cart("anna"), stock("x")]));
  });

  test("early: an invocation may start before", async () => {
    const core = await CoreHarness.withStates([], { limits: { delivery: "early" } });
    await core.send(cart("anna"), "a");
    expect(core.inFlight).toHaveLength(1);
  });
});

describe("an egress record", () => {
  test("is on disk with its epoch and counted as delivered once, however often it is acknowledged and by whom (simulation seed 11)", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    await core.complete({ egress: [1, 2, 3].map((number) => ({ egress: "shop/out", value: text(String(number)) })) });
    expect(await core.rows("o")).toHaveLength(0);
    await core.sync();
    const rows = await core.rows("o");
    expect(rows).toHaveLength(3);
    const sequences = rows.map((key) => Number.parseInt(key.slice(key.lastIndexOf("\u0000") + 1), 36));
    await core.acknowledgeEgress("shop/out", sequences.slice(0, 2));
    await core.acknowledgeEgress("shop/out", sequences.slice(0, 2));
    expect(core.state.egress.waiting.get("shop/out")).toBe(1);
    await core.sync();
    await core.acknowledgeEgress("shop/out", sequences);
    await core.sync();
    expect(core.state.egress.waiting.get("shop/out")).toBe(0);
    expect(await core.rows("o")).toHaveLength(0);
  });
});

test("a message born and consumed between two syncs never touches the disk", async () => {
  const core = await CoreHarness.withStates([], { limits: { journalLevel: "off" } });
  await core.send(cart("anna"), "a");
  await core.complete({ messages: [sendTo(stock("x"), "m")] });
  await core.complete();
  expect([...core.state.epochs.writes.records.keys()].filter((key) => key.startsWith("m"))).toEqual([]);
});
