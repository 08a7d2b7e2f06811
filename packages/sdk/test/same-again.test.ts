/**
 * ctx.now and ctx.random() give the same when a message is tried again and differ for another message. Requests may also be plain objects.
 */
import { describe, expect, test } from "vitest";
import { embedded } from "../src/hosts/embedded.ts";
import { entity, types, type Outcome } from "../src/index.ts";
import { drawsOf } from "../src/random.ts";
import { replyOf, requestBytes } from "./wire.ts";

const dice = entity("game/dice", {
  state: { rolls: types.string },
  messages: { roll: types.string },
  on: {
    roll(ctx) {
      ctx.state.rolls.set(`${ctx.state.rolls.get() ?? ""}${ctx.now} ${ctx.random()} ${ctx.random()};`);
    },
  },
});
const functions = embedded([dice]);
const encode = (value: string): Uint8Array => types.string.encode(value);

function rolls(outcome: Outcome): string {
  if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
  const reply = replyOf(outcome.bytes) as { invocationResult: { stateMutations: [{ stateValue: { value: string } }] } };
  return types.string.decode(Buffer.from(reply.invocationResult.stateMutations[0].stateValue.value, "base64"));
}

function request(id: string, origins: readonly ({ id: number; atMs: number } | undefined)[], state: string | null = null): Uint8Array {
  const messages = origins.map((origin) => ({
    type: "io.statefun.types/string",
    value: encode("go"),
    ...(origin === undefined ? {} : { origin }),
  }));
  const rolls = state === null ? null : { typename: "io.statefun.types/string", value: encode(state) };
  return requestBytes({ target: ["game", "dice", id], states: { rolls }, messages });
}

describe("time and chance of a message", () => {
  const first = { id: 7, atMs: 1_700_000_000_000 };
  const second = { id: 8, atMs: 1_700_000_000_001 };

  test("are the same at every attempt, alone or in a batch with others", async () => {
    const alone = rolls(await functions.dispatch(request("a", [first])));
    expect(alone).toMatch(/^1700000000000 0\.\d+ 0\.\d+;$/);
    expect(rolls(await functions.dispatch(request("a", [first])))).toBe(alone);
    const batch = rolls(await functions.dispatch(request("a", [first, second])));
    expect(batch.startsWith(alone)).toBe(true);
    expect(rolls(await functions.dispatch(request("a", [second], alone)))).toBe(batch);
  });

  test("differ for another message and for another entity", async () => {
    const draws = await Promise.all([
      functions.dispatch(request("a", [first])),
      functions.dispatch(request("b", [first])),
      functions.dispatch(request("a", [{ ...first, id: 9 }])),
    ]);
    expect(new Set(draws.map(rolls)).size).toBe(3);
  });

  test("of a runtime that sends neither id nor time: draws follow from the bytes that it sends, and time from the clock", async () => {
    const drawn = async (bytes: Uint8Array) => rolls(await functions.dispatch(bytes)).replaceAll(/\d{13} /g, "");
    const before = Date.now();
    const [now] = rolls(await functions.dispatch(request("a", [undefined]))).split(" ");
    expect(Number(now)).toBeGreaterThanOrEqual(before);
    const once = await drawn(request("a", [undefined]));
    expect(await drawn(request("a", [undefined]))).toBe(once);
    expect(await drawn(request("a", [undefined], "x"))).not.toBe(`x${once}`);
    const [one, two] = (await drawn(request("a", [undefined, undefined]))).split(";");
    expect(one).not.toBe(two);
  });

  test("draws lie from 0 to below 1, are spread, and follow from the seed alone", () => {
    const draw = drawsOf("seed");
    const seen = Array.from({ length: 10_000 }, draw);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seen)).toBeLessThan(1);
    const tenths = Array.from({ length: 10 }, (_, tenth) => seen.filter((value) => Math.floor(value * 10) === tenth).length);
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    const again = drawsOf("seed");
    expect(Array.from({ length: 10_000 }, again)).toEqual(seen);
  });
});

describe("a request that is a plain object", () => {
  const value = { typename: "io.statefun.types/string", bytes: encode("go") };
  const target = { type: "game/dice", id: "a" };
  const messages = [{ caller: undefined, value, origin: { id: 7, atMs: 5 } }];

  test("is answered with effects as plain objects", async () => {
    const outcome = await functions.invoke({ target, states: new Map([["rolls", undefined]]), messages });
    if (outcome.kind !== "effects") throw new Error(outcome.kind);
    const written = outcome.effects.mutations.get("rolls");
    expect(types.string.decode(written?.bytes ?? new Uint8Array())).toMatch(/^5 /);
    expect(outcome.effects).toMatchObject({ messages: [], delayed: [], records: [] });
  });

  test("is answered with the states that it lacks, or with the reason why it cannot be answered", async () => {
    expect(await functions.invoke({ target, states: new Map(), messages })).toEqual({
      kind: "incomplete",
      missing: [{ name: "rolls", typename: "io.statefun.types/string", expiry: undefined }],
    });
    const states = new Map([["rolls", undefined]]);
    expect(await functions.invoke({ target: { type: "game/card", id: "a" }, states, messages })).toMatchObject({ kind: "unknown-type" });
    expect(await functions.invoke({ target, states, messages: [{ caller: undefined, value: undefined }] })).toMatchObject({
      kind: "rejected",
    });
  });
});
