/**
 * A trial shows what a function would do, with types, and every failure has a code, a place and a cure.
 */
import { DescriptorRegistry } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import type { TrialInput } from "../../src/contract/functions/function-trial.ts";
import { checkIsolated } from "../../src/isolation/check-isolated.ts";
import { tryFunction } from "../../src/services/functions/try-function.ts";
import { createValueCodec } from "../../src/values/value-codec.ts";

const values = createValueCodec(new DescriptorRegistry());
const trials = { allowed: true, check: checkIsolated };
const string = "io.statefun.types/string";

const code = `
import { entity, json, kafkaRecord, record, Reject, types } from "@signalbox/functions";
import { z } from "zod";
export const cart = entity("shop/cart", {
  state: { total: types.int, items: z.array(z.string()) },
  messages: { add: types.string },
  on: {
    async add(ctx, what: string) {
      console.log("adding", what);
      if (what === "loop") for (;;);
      if (what === "hoard") for (const all: number[][] = []; ; ) all.push(Array.from({ length: 100_000 }, () => Math.random()));
      if (what === "float") void (async () => { throw new Error("in vain"); })();
      if (what === "reject") throw new Reject("never");
      if (what === "fetch") await fetch("https://shop.example");
      if (what === "timer") await new Promise((go) => globalThis.setTimeout(go, 1));
      if (what === "undeclared") (ctx.state as any).other.set(1);
      ctx.state.total.set((ctx.state.total.get() ?? 0) + 1);
      ctx.state.items.set([...(ctx.state.items.get() ?? []), what]);
      ctx.send({ target: { type: "shop/stock", id: what }, value: record(types.int, 1) });
      ctx.sendAfter("10m", { target: ctx.self, value: record(types.string, "later") }, { token: "t1" });
      ctx.egress("shop/out", record(types.string, what));
    },
  },
});
`;

function input(text: string, more: Partial<TrialInput> = {}): TrialInput {
  const run = { type: "shop/cart", id: "ada", value: { typename: string, text: JSON.stringify(text) }, states: [] as never[] };
  return { code, memoryMiB: 64, callTimeoutMs: 5_000, run, ...more };
}

test("loading a source names the types that it serves, the messages that it takes and the states that it keeps", async () => {
  expect(await tryFunction({ code, memoryMiB: 64, callTimeoutMs: 5_000 }, { trials, values })).toMatchObject({
    kind: "loaded",
    functions: [
      {
        type: "shop/cart",
        takes: [string],
        states: [
          { name: "total", typename: "io.statefun.types/int" },
          { name: "items", typename: "shop/cart.items" },
        ],
      },
    ],
  });
});

test("a run shows states before and after, and every output", async () => {
  const run = { ...input("pear").run, states: [{ name: "items", text: '["apple"]' }] } as NonNullable<TrialInput["run"]>;
  const result = await tryFunction(input("pear", { run }), { trials, values });
  expect(result).toMatchObject({
    kind: "ran",
    lines: ["adding pear"],
    effects: {
      states: [
        { name: "total", before: null, after: { text: "1" }, changed: true },
        { name: "items", before: { as: "json" }, after: { as: "json" }, changed: true },
      ],
      messages: [{ target: { type: "shop/stock", id: "pear" }, value: { text: "1" } }],
      delayed: [{ afterMs: 600_000, target: { type: "shop/cart", id: "ada" }, token: "t1" }],
      egress: [{ egress: "shop/out", value: { text: '"pear"' } }],
    },
  });
  expect(result.kind === "ran" && JSON.parse(result.effects.states[1]?.after?.text ?? "")).toEqual(["apple", "pear"]);
});

describe("a failure says its kind:", () => {
  test.each([
    ["loop", { callTimeoutMs: 300 }, "CALL_TIMEOUT"],
    ["hoard", { memoryMiB: 16, callTimeoutMs: 60_000 }, "CALL_OUT_OF_MEMORY"],
    ["reject", {}, "REJECTED"],
    ["undeclared", {}, "ENDPOINT_ERROR"],
  ])("%s", async (what, limits, failure) => {
    const result = await tryFunction(input(what, limits), { trials, values });
    expect(result).toMatchObject({ kind: "failed", code: failure });
    expect(result.kind === "failed" && result.cure).not.toBe("");
  });

  test("a promise that nobody awaits is named, with its cure and its place", async () => {
    const result = await tryFunction(input("float"), { trials, values });
    expect(result).toMatchObject({ kind: "failed", code: "ENDPOINT_ERROR" });
    expect(result.kind === "failed" && result.message).toMatch(
      /^a promise that nobody awaits rejected \(await it .*: in vain\n.*at .*source\.ts:\d+/s,
    );
  });

  test.each([
    [
      "fetch",
      /^it uses fetch, and isolated functions have no network: ReferenceError.*source\.ts:\d+/s,
      /egress.* co-located .* or remote/,
    ],
    ["timer", /^it uses setTimeout, and isolated functions have no timers/, /^Send a message to yourself with ctx\.sendAfter/],
  ])("an absent global (%s) is named, with why and what to do instead", async (what, message, cure) => {
    const result = await tryFunction(input(what), { trials, values });
    expect(result).toMatchObject({
      kind: "failed",
      code: "NOT_IN_ISOLATION",
      message: expect.stringMatching(message),
      cure: expect.stringMatching(cure),
    });
  });

  test("a broken source is named, with its line", async () => {
    expect(await tryFunction(input("x", { code: "\nconst a: = 1" }), { trials, values })).toMatchObject({
      kind: "refused",
      code: "EMBEDDED_NOT_COMPILED",
      line: 2,
    });
  });

  test("a type that the source does not serve is named", async () => {
    const run = { ...input("x").run, type: "shop/other" } as NonNullable<TrialInput["run"]>;
    expect(await tryFunction(input("x", { run }), { trials, values })).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("shop/cart"),
    });
  });

  test("a gateway that runs no code of modules says so", async () => {
    expect(await tryFunction(input("x"), { trials: { ...trials, allowed: false }, values })).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("SIGNALBOX_PROCESSES"),
    });
  });
});
