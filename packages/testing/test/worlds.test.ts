/** A story under faults: the right functions hold, and each kind of mistake is found, named and shrunk. */
import type { OutgoingMessage } from "@signalbox/functions";
import { entity, types, type Context } from "@signalbox/functions";
import { expect, test } from "vitest";
import { testbox, WorldFailure, type Testbox, type WorldView } from "../src/index.ts";
import { bank, type Bank, type Bug } from "./bank.ts";

const sum = (view: WorldView): number => view.all("bank/account").reduce((cents, { state }) => cents + Number(state["cents"] ?? 0), 0);

function story({ credit, transfer }: Bank): OutgoingMessage[] {
  const transfers = Array.from({ length: 20 }, (_none, index) => transfer(`a${index % 3}`, `a${(index + 1) % 3}`, index === 11 ? 13 : 10));
  return [credit("a0", 100), credit("a1", 100), credit("a2", 100), ...transfers];
}

async function bankBox(bug: Bug): Promise<Testbox> {
  const of = bank(bug);
  const box = await testbox(of.entities, { askTwice: false });
  for (const message of story(of)) await box.send(message);
  await box.settle();
  box.invariant("nobody owes", (view) => view.all("bank/account").every(({ state }) => Number(state["cents"] ?? 0) >= 0));
  // Every credit of the story is of 100 cents, also when a part of it is left out.
  box.invariant("money is neither made nor lost", (view) => sum(view) % 100 === 0 || `${sum(view)} cents are there`, "at rest");
  return box;
}

test("functions that keep all their knowledge in their state hold in every world", async () => {
  await using box = await bankBox("none");
  await box.worlds(60);
});

test("a function that remembers outside its state is found, with its seed and the messages that are enough", async () => {
  await using box = await bankBox("remembers");
  const failure = await box.worlds(60).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(WorldFailure);
  if (!(failure instanceof WorldFailure)) return;
  expect(failure.message).toMatch(/"money is neither made nor lost" does not hold: -?\d+ cents are there/);
  expect(failure.message).toMatch(
    /\nwithout any fault: bank\/account\/a\d answered the same request in two ways\.[^]*first: {2}sets cents to \d+[^]*second: sets cents to/,
  );
  // Its memory survives from world to world, so the finding comes again, with other numbers.
  await expect(box.worlds(1, { seed: failure.seed })).rejects.toThrow(/"money is neither made nor lost" does not hold/);
});

test("worlds begin with the values that entities were given", async () => {
  const of = bank("none");
  const cents = { typename: types.int.typename, bytes: types.int.encode(100) };
  await using box = await testbox(of.entities, { given: [{ of: of.account("a0"), state: { cents } }] });
  await box.send(of.transfer("a0", "a1", 10));
  box.invariant("money is neither made nor lost", (view) => sum(view) === 100 || `${sum(view)} cents are there`, "at rest");
  await box.worlds(10);
});

test("a mistake that needs one message is reported with that message", async () => {
  const wrong = bank("sends the double");
  await using box = await testbox(wrong.entities);
  for (const message of story(wrong)) await box.send(message);
  box.invariant("money is not made", (view) => sum(view) <= 300);
  const failure: unknown = await box.worlds(1).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(WorldFailure);
  expect(String(failure)).toContain('bank/account/a2 bank/Transfer {"to":"a0","cents":13}');
  expect(String(failure)).toContain("to repeat: box.worlds(1, { seed:");
});

test("the same seed gives the same world", async () => {
  const once = async (): Promise<unknown> => {
    await using box = await bankBox("none");
    let asked = 0;
    box.invariant("is asked", () => ++asked > 0);
    await box.worlds(3, { seed: "same" });
    return asked;
  };
  expect(await once()).toBe(await once());
});

test("an invariant that throws counts as broken, and its report says what it threw", async () => {
  const counter = entity("a/counter", { state: { n: types.int }, messages: { go: types.int }, on: { go: (ctx, n) => ctx.state.n.set(n) } });
  await using box = await testbox([counter]);
  await box.send(counter.to("1").message("go", 1));
  box.invariant("broken", () => {
    throw new Error("no such thing");
  });
  await expect(box.worlds(1)).rejects.toThrow('"broken" threw: no such thing');
});

test("a world is checked at rest only when no call is in flight; an entity that backed off a moment ago may still have one", async () => {
  const shop = entity("p/shop", { state: { cents: types.int }, messages: { paid: types.int }, on: { paid: add } });
  const purse = entity("p/purse", {
    state: { cents: types.int },
    messages: { charge: types.int },
    on: {
      charge(ctx, cents) {
        ctx.send(shop.to("s").message("paid", cents));
        add(ctx, cents);
      },
    },
  });
  await using box = await testbox([purse, shop], { askTwice: false });
  for (let index = 0; index < 12; index++) await box.send(purse.to(`u${index % 3}`).message("charge", 10));
  const all = (view: WorldView, type: string) => view.all(type).reduce((cents, { state }) => cents + Number(state["cents"] ?? 0), 0);
  box.invariant("paid is charged", (view) => all(view, "p/shop") === all(view, "p/purse"), "at rest");
  // The 52nd look came while a message was on its way.
  await box.worlds(60);
});

function add(ctx: Context<{ readonly cents: typeof types.int }>, cents: number): void {
  ctx.state.cents.set((ctx.state.cents.get() ?? 0) + cents);
}
