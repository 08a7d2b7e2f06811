/** A box gives a test the engine's own behaviour, in virtual time, seen through the functions' types. */
import { egress, entity, httpEgress, message, record, RetryLater, types, type Context } from "@signalbox/functions";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { HiddenInput, LateEffect, testbox } from "../src/index.ts";
import { bank, type Bug } from "./bank.ts";

const { entities, account, credit, transfer, remind } = bank();

describe("a box", () => {
  test("delivers messages when it settles, and shows the effects that they left", async () => {
    await using box = await testbox(entities);
    await box.send(credit("ada", 500));
    await box.send(transfer("ada", "bob", 200));
    await box.settle();
    expect(await box.state(account("ada"))).toEqual({ cents: 300 });
    expect(await box.state(account("bob"))).toEqual({ cents: 200 });
    expect(await box.sent()).toEqual([
      {
        from: { type: "bank/account", id: "ada" },
        to: { type: "bank/account", id: "bob" },
        typename: "bank/Credit",
        value: { cents: 200 },
      },
    ]);
    expect((await box.egress("bank/journal")).map(({ value }) => value)).toEqual(["ada +500", "bob +200"]);
    expect(await box.ids("bank/account")).toEqual(["ada", "bob"]);
  });

  test("gives messages the box's time and draws that asking twice finds the same", async () => {
    const dice = entity("game/dice", {
      state: { rolled: types.double, at: types.long },
      messages: { roll: types.string },
      on: {
        roll(ctx) {
          ctx.state.rolled.set(ctx.random());
          ctx.state.at.set(BigInt(ctx.now));
        },
      },
    });
    await using box = await testbox([dice]);
    await box.send(dice.to("a").message("roll", "go"));
    await box.settle();
    const first = await box.state(dice.to("a"));
    await box.advance("10m");
    await box.send(dice.to("a").message("roll", "go"));
    await box.settle();
    const second = await box.state(dice.to("a"));
    expect(second["rolled"]).not.toBe(first["rolled"]);
    expect(Number(second["at"]) - Number(first["at"])).toBeGreaterThanOrEqual(600_000);
  });

  test("leaves functions alone with recorded messages: their sends are noted and reach no function, and the callers are visible", async () => {
    const told = entity("town/told", { messages: { news: types.string }, on: { news: () => undefined } });
    const crier = entity("town/crier", {
      state: { heard: types.string, calls: types.int },
      messages: { news: types.string },
      on: {
        news(ctx, text) {
          ctx.state.heard.set(`${text} of ${ctx.caller?.id ?? "nobody"}`);
          ctx.state.calls.set((ctx.state.calls.get() ?? 0) + 1);
          ctx.send(told.to("all").message("news", text));
          ctx.send(crier.to(ctx.self.id).message("news", "echo"));
          ctx.sendAfter("1s", crier.to(ctx.self.id).message("news", "later"));
          if (ctx.caller !== undefined) ctx.reply(types.string, "thanks");
        },
      },
    });
    await using box = await testbox([crier], { alone: true });
    const entityOf = crier.to("a");
    await box.send(entityOf.message("news", "one"));
    await box.advance("5s");
    expect(await box.state(entityOf)).toEqual({ heard: "one of nobody", calls: 1 });
    await box.send(entityOf.message("news", "two"), { caller: { type: "town/mayor", id: "ada" } });
    await box.settle();
    expect(await box.state(entityOf)).toEqual({ heard: "two of ada", calls: 2 });
    expect((await box.sent({ type: "town/told" })).map(({ value }) => value)).toEqual(["one", "two"]);
    expect((await box.sent({ type: "town/mayor", id: "ada" })).map(({ value }) => value)).toEqual(["thanks"]);
    expect((await box.entity(entityOf)).status).toBe("idle");
  });

  test("tells the history of an entity with its state before and after", async () => {
    await using box = await testbox(entities);
    await box.send(credit("ada", 1));
    await box.settle();
    await box.send(credit("ada", 2));
    await box.settle();
    expect(await box.history(account("ada"))).toMatchObject([
      { outcome: "completed", messages: [{ value: { cents: 1 } }], before: {}, after: { cents: 1 } },
      { outcome: "completed", messages: [{ value: { cents: 2 } }], before: { cents: 1 }, after: { cents: 3 } },
    ]);
  });

  test("keeps delayed messages until their time has come, however long that is", async () => {
    await using box = await testbox(entities);
    await box.send(remind("ada"));
    await box.settle();
    await box.advance("9m");
    expect(await box.state(account("ada"))).toEqual({});
    await box.advance("1m");
    expect(await box.state(account("ada"))).toEqual({ reminded: true });
    expect(box.log.map(({ text }) => text)).toContain("bank/account/ada: now");
  });

  test("forgets nothing durable when it crashes, and does nothing twice", async () => {
    await using box = await testbox(entities);
    await box.send(credit("ada", 500));
    await box.send(transfer("ada", "bob", 200));
    await box.crash();
    await box.settle();
    await box.crash();
    await box.settle();
    expect(await box.state(account("ada"))).toEqual({ cents: 300 });
    expect(await box.state(account("bob"))).toEqual({ cents: 200 });
    expect(await box.egress("bank/journal")).toHaveLength(2);
  });

  test("begins with the values that entities were given, and shows such a value as the functions see it", async () => {
    const cents = (value: number) => ({ typename: types.int.typename, bytes: types.int.encode(value) });
    await using box = await testbox(entities, { given: [{ of: account("ada"), state: { cents: cents(500) } }] });
    expect(await box.state(account("ada"))).toEqual({ cents: 500 });
    await box.send(transfer("ada", "bob", 200));
    await box.settle();
    expect(await box.state(account("ada"))).toEqual({ cents: 300 });
    await box.crash();
    expect(await box.state(account("ada"))).toEqual({ cents: box.value(cents(300)) });
  });

  test("goes back to a savepoint", async () => {
    await using box = await testbox(entities);
    await box.send(credit("ada", 1));
    await box.settle();
    await box.savepoint("before");
    await box.send(credit("ada", 1));
    await box.settle();
    await box.restore("before");
    expect(await box.state(account("ada"))).toEqual({ cents: 1 });
  });

  test("parks a rejected message and goes on when a person drops it", async () => {
    await using box = await testbox(entities);
    await box.send(credit("ada", -5));
    await box.send(credit("ada", 5));
    await box.settle();
    expect(await box.entity(account("ada"))).toMatchObject({ status: "parked", mailboxDepth: 2, failure: "a credit of -5" });
    await box.act(account("ada"), "discard-head");
    await box.settle();
    expect(await box.state(account("ada"))).toEqual({ cents: 5 });
  });

  test("delivers a message that wants to come later at that later time", async () => {
    let open = false;
    const shop = entity("shop/door", {
      state: { visits: types.int },
      messages: { knock: types.string },
      on: {
        knock(ctx) {
          if (!open) {
            open = true;
            throw new RetryLater("5s", "closed");
          }
          ctx.state.visits.set(1);
        },
      },
    });
    await using box = await testbox([shop], { askTwice: false });
    const fromMs = box.nowMs;
    await box.send(shop.to("front").message("knock", "hello"));
    await box.settle();
    expect(await box.state(shop.to("front"))).toEqual({ visits: 1 });
    expect(box.nowMs - fromMs).toBeGreaterThanOrEqual(5_000);
  });

  test("lets a bounded time pass over a message that wants to come later until another one was there", async () => {
    const shop = entity("shop/stock", {
      state: { left: types.int },
      messages: { fill: types.int, take: types.long },
      on: {
        fill: (ctx, count) => ctx.state.left.set(count),
        take(ctx, wanted) {
          const count = Number(wanted);
          const left = ctx.state.left.get() ?? 0;
          if (left < count) throw new RetryLater("1s", "wait for more");
          ctx.state.left.set(left - count);
        },
      },
    });
    await using box = await testbox([shop]);
    const fromMs = box.nowMs;
    await box.send(shop.to("a").message("take", 2n));
    await box.advance("5s");
    expect(box.nowMs - fromMs).toBeLessThan(10_000);
    expect(await box.entity(shop.to("a"))).toMatchObject({ status: "backing-off", state: {} });
    await expect(box.settle()).rejects.toThrow(/shop\/stock\/a is still tried again after 60 min .*RETRY_LATER: wait for more\. Send what/);
  });

  test("refuses a message to a function that is not in it", async () => {
    await using box = await testbox(entities);
    await expect(box.send(message({ type: "other/type", id: "1" }, types.int, 1))).rejects.toThrow(/other\/type/);
  });

  test("tells a handler that never ends from one that is slow", async () => {
    const stuck = entity("a/stuck", { messages: { go: types.int }, on: { go: () => new Promise<void>(() => undefined) } });
    const slow = entity("a/slow", {
      state: { n: types.int },
      messages: { go: types.int },
      on: { go: (ctx, n) => nextTurn().then(() => ctx.state.n.set(n)) },
    });
    await using box = await testbox([stuck, slow], { handlerTimeoutMs: 50 });
    await box.send(slow.to("1").message("go", 1));
    await box.settle();
    expect(await box.state(slow.to("1"))).toEqual({ n: 1 });
    await box.send(stuck.to("1").message("go", 1));
    const stuckThere = /a\/stuck\/1: the handler of io\.statefun\.types\/int has not ended after 50 ms .* raise handlerTimeoutMs/;
    await expect(box.settle()).rejects.toThrow(stuckThere);
    await expect(box.worlds(100)).rejects.toThrow(stuckThere);
  });

  test("works while the test runner fakes timers", async () => {
    vi.useFakeTimers();
    try {
      await using box = await testbox(entities);
      await box.send(credit("ada", 5));
      await box.settle();
      await box.advance("10m");
      await box.crash();
      await box.worlds(3);
      expect(await box.state(account("ada"))).toEqual({ cents: 5 });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("asking each function twice", () => {
  test.each<Bug>(["asks the time", "draws", "counts calls", "remembers"])("finds one that %s", async (bug) => {
    const wrong = bank(bug);
    await using box = await testbox(wrong.entities);
    await box.send(wrong.credit("ada", 5));
    await expect(box.settle()).rejects.toThrow(HiddenInput);
  });
});

describe("an effect that a handler asks for after it has ended", () => {
  const late = (work: (ctx: Context<{ readonly count: typeof types.int }>) => void) =>
    entity("a/late", {
      state: { count: types.int },
      messages: { go: types.string },
      on: {
        go(ctx) {
          void Promise.resolve()
            .then(() => undefined)
            .then(() => work(ctx));
        },
      },
    });
  const works: [string, (ctx: Context<{ readonly count: typeof types.int }>) => void][] = [
    ["ctx.send", (ctx) => ctx.send(message({ type: "a/late", id: "b" }, types.int, 1))],
    ["ctx.egress", (ctx) => ctx.egress("a/out", record(types.int, 1))],
    ["ctx.cancel", (ctx) => ctx.cancel("token")],
    ["ctx.state.count.set", (ctx) => ctx.state.count.set(1)],
  ];
  test.each(works)("is lost and reported: %s", async (what, work) => {
    const entities = late(work);
    await using box = await testbox([entities], { askTwice: false });
    for (let each = 0; each < 5; each++) await box.send(entities.to("a").message("go", "x"));
    const settled = box.settle();
    await expect(settled).rejects.toThrow(LateEffect);
    await expect(settled).rejects.toThrow(
      `a/late/a: the handler of io.statefun.types/string had ended when it called ${what}, which is lost`,
    );
    expect(await box.state(entities.to("a"))).toEqual({});
    expect(await box.sent()).toEqual([]);
  });

  test("is reported when the box is left, if it came after all else", async () => {
    const opened = Promise.withResolvers<void>();
    const entities = entity("a/late", {
      state: { count: types.int },
      messages: { go: types.string },
      on: { go: (ctx) => void opened.promise.then(() => ctx.state.count.set(1)) },
    });
    const box = await testbox([entities]);
    await box.send(entities.to("a").message("go", "x"));
    await box.settle();
    opened.resolve();
    await nextTurn();
    await expect(box[Symbol.asyncDispose]()).rejects.toThrow(LateEffect);
  });
});

test("null is a value like others: it shows as null", async () => {
  const choice = entity("a/choice", {
    state: { chosen: z.string().nullable() },
    messages: { choose: types.string },
    on: { choose: (ctx) => ctx.state.chosen.set(null) },
  });
  await using box = await testbox([choice]);
  await box.send(choice.to("a").message("choose", "none"));
  await box.settle();
  expect(await box.state(choice.to("a"))).toEqual({ chosen: null });
});

test("a record that leaves through an egress with a schema shows as its value", async () => {
  const receipts = egress("a/receipts", z.object({ cents: z.number() }));
  const hook = httpEgress("a/hook", z.object({ cents: z.number() }));
  const till = entity("a/till", {
    messages: { pay: types.int },
    on: {
      pay(ctx, cents) {
        ctx.egress(receipts, { cents });
        ctx.egress(hook, { cents });
        ctx.egress("a/raw", { typename: "a/raw", bytes: new Uint8Array([255]) });
      },
    },
  });
  await using box = await testbox([till]);
  await box.send(till.to("a").message("pay", 5));
  await box.settle();
  const values = async (id: string) => (await box.egress(id)).map(({ value }) => value);
  expect(await values("a/receipts")).toEqual([{ cents: 5 }]);
  expect(await values("a/hook")).toEqual([{ cents: 5 }]);
  expect(await values("a/raw")).toEqual([new Uint8Array([255])]);
  // An exported test compares them in this form.
  const stored = (typename: string) => box.value({ typename, bytes: new TextEncoder().encode('{"cents":5}') });
  expect([stored("a/receipts"), stored("io.signalbox.http/json")]).toEqual([{ cents: 5 }, { cents: 5 }]);
});

test("the box's time begins when the first message can be sent, whatever the box holds from the beginning", async () => {
  const clock = entity("a/clock", {
    state: { at: types.long },
    messages: { tick: types.int },
    on: { tick: (ctx) => ctx.state.at.set(BigInt(ctx.now)) },
  });
  const given = [{ of: clock.to("b"), state: { at: { typename: types.long.typename, bytes: types.long.encode(1n) } } }];
  for (const options of [{ startMs: 1_000_000 }, { startMs: 1_000_000, given }]) {
    await using box = await testbox([clock], options);
    expect(box.nowMs).toBe(1_000_000);
    await box.send(clock.to("a").message("tick", 1));
    await box.settle();
    expect(await box.state(clock.to("a"))).toEqual({ at: 1_000_000n });
  }
});
