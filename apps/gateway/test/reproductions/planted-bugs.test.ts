/**
 * Fifty functions with a bug that shows only after certain messages, among many similar ones: exactly those are found, in forks, over real
 * bytes.
 */
import { expect, it } from "vitest";
import { z } from "zod";
import { callOverTheWire } from "@signalbox/engine/testing";
import { createDispatcher, entity, json, types, type AnyEntity } from "@signalbox/functions";
import type { Address, EndpointSpec, Failure } from "@signalbox/runtime";
import { forTries, type Call, type RecordedMessage, type StateValue } from "../../src/services/reproductions/replay-fork.ts";
import { searchReproduction, type SearchMeans, type Wanted } from "../../src/services/reproductions/reproduction-search.ts";

const address: Address = { type: "bugs/box", id: "a" };
const endpoint: EndpointSpec = {
  id: "bugs/box",
  module: "bugs",
  namespace: "bugs",
  name: "box",
  urlTemplate: "http://functions.test/",
  batchMessagesMax: 1_000,
  transport: {
    callTimeoutMs: 1_000,
    connectTimeoutMs: 1_000,
    readTimeoutMs: 1_000,
    poolTtlMs: 0,
    poolConnectionsMax: 1,
    payloadBytesMax: 1_000_000,
    tls: undefined,
  },
};
const Step = json("bugs/Step", z.object({ what: z.enum(["add", "take", "mark", "open", "close", "planted"]), n: z.number() }));
type StepOf = Parameters<typeof Step.encode>[0];

interface Planted {
  readonly steps: readonly StepOf[];
  /** The indices of the messages that matter, in order. */
  readonly matter: readonly number[];
  readonly inOrder: boolean;
}

/** Random draws that are the same each time. */
function draws(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * Makes decoys: the same fields, sums that grow and shrink, and a pair of which the second fails in another way when the first is missing.
 */
function plant(seed: number): Planted {
  const draw = draws(seed);
  const length = 12 + draw(24);
  const places = new Set<number>();
  while (places.size < 1 + (seed % 5)) places.add(draw(length));
  const matter = [...places].toSorted((left, right) => left - right);
  const decoys = ["add", "take", "mark", "open"] as const;
  const steps = Array.from({ length }, (_, n): StepOf => ({ what: decoys[draw(decoys.length)] ?? "mark", n }));
  for (const [order, place] of matter.entries()) steps[place] = { what: "planted", n: order };
  const opened = steps.findIndex(({ what }) => what === "open");
  const marked = steps.findLastIndex(({ what }) => what === "mark");
  if (opened !== -1 && marked > opened) steps[marked] = { what: "close", n: marked };
  return { steps, matter, inOrder: seed % 2 === 0 };
}

function buggy({ matter, inOrder }: Planted): AnyEntity {
  return entity("bugs/box", {
    state: { seen: json("bugs/Seen", z.array(z.number())), sum: types.int, isOpen: types.bool },
    messages: { step: Step },
    on: {
      step({ state, sendAfter, self, send }, { what, n }) {
        switch (what) {
          case "planted": {
            const seen = state.seen.get() ?? [];
            if (!inOrder || n === seen.length) seen.push(n);
            if (new Set(seen).size === matter.length) throw new RangeError("planted");
            state.seen.set(seen);
            return;
          }
          case "add":
          case "take":
            state.sum.set((state.sum.get() ?? 0) + (what === "add" ? n : -n));
            // Sends to itself, now and later, and to others: none of it may arrive.
            send({ target: self, value: { typename: Step.typename, bytes: Step.encode({ what: "planted", n: 0 }) } });
            sendAfter("1ms", { target: self, value: { typename: Step.typename, bytes: Step.encode({ what: "close", n: 0 }) } });
            return;
          case "open":
            state.isOpen.set(true);
            return;
          case "close":
            if (state.isOpen.get() !== true) throw new TypeError("it was not open");
            state.isOpen.delete();
            return;
          case "mark":
            return;
          default:
            what satisfies never;
        }
      },
    },
  });
}

function callerOf(tested: AnyEntity): { call: Call; replayed: () => number } {
  const dispatcher = createDispatcher([tested]);
  let replayed = 0;
  const call: Call = (request) => {
    if (request.endpoint.transport.headers?.["x-signalbox-replay"] === "1") replayed += 1;
    return callOverTheWire(request, async (bytes) => {
      const outcome = await dispatcher.dispatch(bytes);
      return outcome.kind === "reply" ? outcome : { kind: "failure", code: "ENDPOINT_ERROR", scope: "suspect", message: outcome.reason };
    });
  };
  return { call, replayed: () => replayed };
}

function recorded({ steps }: Planted): RecordedMessage[] {
  return steps.map((step, index) => ({
    sequence: index + 1,
    trace: index + 1,
    caller: undefined,
    target: address,
    value: { typename: Step.typename, bytes: Step.encode(step) },
    atMs: 1_000 + index,
  }));
}

function search(planted: Planted, failure: Failure, more: Partial<SearchMeans> = {}) {
  return searchFor(planted, { kind: "failure", failure }, more);
}

function searchUntil(planted: Planted, isSo: (sum: number) => boolean) {
  const isReached = (state: readonly StateValue[]): boolean => {
    const sum = state.find(({ name }) => name === "sum")?.value;
    return sum !== undefined && isSo(types.int.decode(sum.bytes));
  };
  return searchFor(planted, { kind: "state", isReached });
}

function searchFor(planted: Planted, wanted: Wanted, more: Partial<SearchMeans> = {}) {
  const messages = recorded(planted);
  const { call, replayed } = callerOf(buggy(planted));
  const means: SearchMeans = {
    call,
    signal: new AbortController().signal,
    bounds: { callsMax: 20_000, bytesMax: 10_000_000, endsMs: Number.POSITIVE_INFINITY },
    progress: { tries: 0, calls: 0, bytesSent: 0, left: messages, differsAt: undefined },
    ...more,
  };
  const forked = { address, ...forTries(endpoint, { endpoints: [endpoint], egresses: [] }), specs: [], before: [] };
  const left = (): number[] => means.progress.left.map(({ sequence }) => sequence - 1);
  return { means, replayed, left, run: () => searchReproduction({ entity: forked, messages, wanted }, means) };
}

/** The recorded failure: what the function answers to the planted message alone. */
async function bug(): Promise<Failure> {
  const alone: Planted = { steps: [{ what: "planted", n: 0 }], matter: [0], inOrder: false };
  const value = { typename: Step.typename, bytes: Step.encode({ what: "planted", n: 0 }) };
  const state = ["seen", "sum", "isOpen"].map((name) => ({ name, value: undefined }));
  const inputs = [{ caller: undefined, value }];
  const request = { invocation: 1, attempt: 1, target: address, endpoint, state, inputs, timeoutMs: 1_000 };
  const outcome = await callerOf(buggy(alone)).call(request, new AbortController().signal);
  if (outcome.kind === "failure") return outcome.failure;
  throw new Error("the planted bug does not fail");
}

const two: Planted = { ...plant(1), matter: [2, 9], steps: Array.from({ length: 12 }, (_, n) => ({ what: "mark", n })) };
const twoPlanted: Planted = {
  ...two,
  steps: two.steps.map((step, n) => (two.matter.includes(n) ? { what: "planted", n } : step)),
  inOrder: false,
};

it("finds exactly the planted messages of fifty bugs with decoys, and every call says that it is a try", async () => {
  const failure = await bug();
  const wrong: string[] = [];
  for (let seed = 1; seed <= 50; seed++) {
    const planted = plant(seed);
    const { means, run, left, replayed } = search(planted, failure);
    const end = await run();
    if (end.kind !== "found" || left().join() !== planted.matter.join())
      wrong.push(`seed ${seed}: ${JSON.stringify(end)} ${left().join()}, planted ${planted.matter.join()}`);
    expect(replayed()).toBe(means.progress.calls);
  }
  expect(wrong).toEqual([]);
});

it("calls one at a time", async () => {
  let underWay = 0;
  const { call } = callerOf(buggy(twoPlanted));
  const { run } = search(twoPlanted, await bug(), {
    call: async (request, signal) => {
      expect(++underWay).toBe(1);
      const outcome = await call(request, signal);
      await Promise.resolve();
      underWay -= 1;
      return outcome;
    },
  });
  expect(await run()).toMatchObject({ kind: "found" });
});

it("says after three tries that a failure does not come again, and what came in its place", async () => {
  const { run, means } = search(twoPlanted, { ...(await bug()), raw: "RangeError: another\n    at elsewhere (other.ts:1:1)" });
  expect(await run()).toMatchObject({ kind: "not-reproduced", failure: { code: "ENDPOINT_ERROR" } });
  expect(means.progress.tries).toBe(3);
});

it("says that the same messages fail only at times, and names the message with two different answers", async () => {
  const { call } = callerOf(buggy(twoPlanted));
  let calls = 0;
  const { run, means } = search(twoPlanted, await bug(), {
    // When the whole list is replayed for the second time, its last planted message does nothing.
    call: (request, signal) => {
      calls += 1;
      return calls > 12 && request.inputs[0]?.sequence === 10
        ? Promise.resolve({
            kind: "reply",
            reply: { kind: "completed", effects: { mutations: [], messages: [], delayed: [], egress: [] } },
          })
        : call(request, signal);
    },
  });
  expect(await run()).toMatchObject({ kind: "unstable" });
  expect(means.progress.differsAt).toBe(10);
});

it("ends at its bound of calls or bytes with the smallest failing list so far", async () => {
  const failure = await bug();
  const calls = search(twoPlanted, failure, { bounds: { callsMax: 40, bytesMax: 10_000_000, endsMs: Number.POSITIVE_INFINITY } });
  expect(await calls.run()).toEqual({ kind: "bounded", bound: "calls" });
  expect(calls.means.progress.calls).toBe(40);
  expect(calls.left()).toEqual(expect.arrayContaining(twoPlanted.matter as number[]));
  const bytes = search(twoPlanted, failure, { bounds: { callsMax: 40, bytesMax: 10, endsMs: Number.POSITIVE_INFINITY } });
  expect(await bytes.run()).toEqual({ kind: "bounded", bound: "bytes" });
  expect(await search(twoPlanted, failure, { bounds: { callsMax: 40, bytesMax: 10_000, endsMs: 0 } }).run()).toEqual({
    kind: "bounded",
    bound: "time",
  });
});

it("ends when the endpoint is away, which says nothing of the messages", async () => {
  const away: Failure = { code: "ENDPOINT_REFUSED", scope: "down", message: "refused", cure: "", retryAfterMs: undefined, raw: undefined };
  const { run } = search(twoPlanted, await bug(), { call: () => Promise.resolve({ kind: "failure", failure: away }) });
  expect(await run()).toEqual({ kind: "endpoint-away", failure: away });
});

it("is given up in the middle of a call", async () => {
  const given = new AbortController();
  const { call } = callerOf(buggy(twoPlanted));
  const { run } = search(twoPlanted, await bug(), {
    signal: given.signal,
    call: (request, signal) => {
      given.abort(new Error("enough"));
      return call(request, signal);
    },
  });
  await expect(run()).rejects.toThrow("enough");
});

it("finds exactly the three messages that take a sum below a line, of twenty lists with small gains among them", async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const draw = draws(seed);
    const steps = Array.from({ length: 12 + draw(20) }, (_, n): StepOf => ({ what: "mark", n }));
    for (let gains = 0; gains < 4; gains++) steps[draw(steps.length)] = { what: "add", n: 1 };
    const places = new Set<number>();
    while (places.size < 3) places.add(draw(steps.length));
    for (const place of places) steps[place] = { what: "take", n: 10 };
    const { left, run } = searchUntil({ steps, matter: [], inOrder: false }, (sum) => sum < -25);
    const end = await run();
    const matter = [...places].toSorted((one, other) => one - other).join();
    if (end.kind !== "found" || left().join() !== matter)
      wrong.push(`seed ${seed}: ${JSON.stringify(end)} ${left().join()}, planted ${matter}`);
  }
  expect(wrong).toEqual([]);
});

it("says that the state is not reached, also when the function fails before", async () => {
  const marks = Array.from({ length: 5 }, (_, n): StepOf => ({ what: "mark", n }));
  expect(await searchUntil({ steps: marks, matter: [], inOrder: false }, (sum) => sum < 0).run()).toEqual({
    kind: "not-reproduced",
    failure: undefined,
  });
  const failing: StepOf[] = [
    { what: "close", n: 0 },
    { what: "take", n: 5 },
  ];
  const end = await searchUntil({ steps: failing, matter: [], inOrder: false }, (sum) => sum < 0).run();
  expect(end).toMatchObject({ kind: "not-reproduced", failure: { code: "ENDPOINT_ERROR" } });
});
