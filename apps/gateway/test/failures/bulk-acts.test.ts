import { describe, expect, it } from "vitest";
import { EngineError, type EntityAction, type EntityView, type Failure, type FunctionTypeView } from "@signalbox/runtime";
import { failureCause } from "../../src/flow/failure-cause.ts";
import { outcomesKeptMax } from "../../src/services/failures/act-outcomes.ts";
import { BulkActs, heldUp, reachOf, type Troubled } from "../../src/services/failures/bulk-acts.ts";

const failure: Failure = { code: "REJECTED", scope: "entity", message: "no price", cure: "c", retryAfterMs: undefined, raw: undefined };
const other: Failure = { ...failure, message: "no stock" };
const address = (id: string) => ({ type: "pay/payment", id });
const { fingerprint } = failureCause(failure, { address: address("a"), endpoint: "pay/*" });

function view(id: string, more: Partial<EntityView> = {}): EntityView {
  return {
    address: address(id),
    status: "parked",
    mailboxDepth: 2,
    state: [],
    mailbox: [],
    failure,
    attempts: 3,
    sinceMs: 1,
    retryAtMs: undefined,
    waitReason: undefined,
    ...more,
  };
}

/** An engine whose retried entities go on, except the stubborn ones. */
function engineWith(views: EntityView[], { stubborn = [] as string[], refuses = [] as string[] } = {}) {
  const acted: string[] = [];
  const entities = new Map(views.map((each) => [each.address.id, each]));
  const engine: Troubled = {
    troubledEntities: async () => [...entities.values()].filter(({ status }) => status === "parked" || status === "backing-off"),
    functionTypes: () => [{ type: "pay/payment", endpoint: "pay/*" } as FunctionTypeView],
    entity: async ({ id }) => entities.get(id),
    act: async (selection, action: EntityAction) => {
      if (selection.kind !== "one") throw new Error("one at a time");
      const { id } = selection.address;
      if (refuses.includes(id)) throw new EngineError("ENTITY_NOT_PARKED", "it went on", "look");
      acted.push(`${action.kind} ${id}`);
      if (!stubborn.includes(id)) entities.set(id, view(id, { status: "idle", failure: undefined }));
      return { changed: 1 };
    },
  };
  return { engine, acted };
}

const request = {
  fingerprint,
  name: "",
  title: "REJECTED",
  where: "pay/payment",
  prefix: "",
  action: "retry",
  ratePerSecond: null,
  by: "mira",
  whyNoMore: () => Promise.resolve(undefined),
} as const;

const counted = (entities: number) => ({ entities, parked: entities, messagesBehind: entities, complete: true });

describe("an act on all that one cause holds up", () => {
  it("reaches the entities of that cause and no others, each once, and says which failed again", async () => {
    const views = [view("a"), view("b"), view("c", { failure: other }), view("d", { status: "backing-off" })];
    const { engine, acted } = engineWith(views, { stubborn: ["b"] });
    const acts = new BulkActs(engine);
    const found = await heldUp(engine, request);
    expect(found.map(({ address: { id } }) => id)).toEqual(["a", "b", "d"]);
    expect(acts.start(request, reachOf(found))).toMatchObject({ state: "running", entities: 3, by: "mira" });
    await expect.poll(() => acts.list()[0]?.state).toBe("done");
    expect(acted.toSorted()).toEqual(["retry a", "retry b", "retry d"]);
    expect(acts.list()[0]).toMatchObject({ acted: 3, failedAgain: 1, refused: 0 });
  });
  it("keeps to a prefix, and discards the first message when told to", async () => {
    const { engine, acted } = engineWith([view("de-1"), view("fr-1")]);
    const acts = new BulkActs(engine);
    acts.start({ ...request, prefix: "de-", action: "discard" }, counted(1));
    await expect.poll(() => acts.list()[0]?.state).toBe("done");
    expect(acted).toEqual(["discard-head de-1"]);
  });
  it("counts entities that it did not reach because they had gone on by themselves", async () => {
    const { engine } = engineWith([view("a"), view("b")], { refuses: ["a"], stubborn: [] });
    const acts = new BulkActs(engine);
    acts.start(request, counted(2));
    await expect.poll(() => acts.list()[0]?.state, { timeout: 40_000 }).toBe("done");
    expect(acts.list()[0]).toMatchObject({ acted: 1, refused: 1 });
  });
  it("discards nothing of an entity that has gone on since it was found: for another cause, or with another message", async () => {
    const first = (sequence: number) => ({ mailbox: [{ sequence } as EntityView["mailbox"][number]] });
    const views = ["a", "b", "c", "d"].map((id, index) => view(id, first(index)));
    const { engine, acted } = engineWith(views);
    const later = new Map([
      ["b", view("b", { ...first(1), failure: other })],
      ["c", view("c", first(12))],
    ]);
    const acts = new BulkActs({ ...engine, entity: async (of) => later.get(of.id) ?? engine.entity(of) });
    acts.start({ ...request, action: "discard" }, counted(4));
    await expect.poll(() => acts.list()[0]?.state).toBe("done");
    expect(acted.toSorted()).toEqual(["discard-head a", "discard-head d"]);
    expect(acts.list()[0]).toMatchObject({ acted: 2, refused: 2 });
  });
  it("ends alone at an unexpected error, and reports it", async () => {
    const { engine } = engineWith([view("a")]);
    const acts = new BulkActs({ ...engine, act: () => Promise.reject(new TypeError("no luck")) });
    acts.start(request, counted(1));
    await expect.poll(() => acts.list()[0]?.state).toBe("cancelled");
    expect(acts.list()[0]).toMatchObject({ acted: 0, stopped: "no luck" });
  });
  it("is cancelled by a person, and its finished part stays", async () => {
    const { engine, acted } = engineWith(Array.from({ length: 50 }, (_none, index) => view(`e${index}`)));
    const acts = new BulkActs(engine);
    const row = acts.start({ ...request, ratePerSecond: 0.1 }, counted(50));
    await expect.poll(() => acted.length).toBe(1);
    expect(acts.cancel(row?.id ?? "")).toBe(true);
    await expect.poll(() => acts.list()[0]?.state).toBe("cancelled");
    expect(acts.list()[0]?.acted).toBe(1);
    expect(acts.cancel("none")).toBe(false);
  });
  it("ends before its next entity once the person may do it no more, and says why; a catalog that does not answer stops nothing", async () => {
    const { engine, acted } = engineWith(Array.from({ length: 50 }, (_none, index) => view(`e${index}`)));
    const acts = new BulkActs(engine);
    const answers = [() => Promise.reject(new Error("no catalog")), () => Promise.resolve("mira may not any more")];
    acts.start({ ...request, ratePerSecond: 0.5, whyNoMore: () => (answers.shift() ?? expect.unreachable())() }, counted(50));
    await expect.poll(() => acts.list()[0]?.state, { timeout: 20_000 }).toBe("cancelled");
    expect(acts.list()[0]).toMatchObject({ acted: 2, stopped: "mira may not any more" });
    expect(acted).toEqual(["retry e0", "retry e1"]);
  });
  it("is refused while the maximum number runs, and ends with the gateway", async () => {
    const { engine } = engineWith(Array.from({ length: 50 }, (_none, index) => view(`e${index}`)));
    const acts = new BulkActs(engine);
    for (let count = 0; count < 4; count += 1) expect(acts.start({ ...request, ratePerSecond: 0.1 }, counted(50))).toBeDefined();
    expect(acts.start(request, counted(50))).toBeUndefined();
    await acts.close();
    expect(acts.list().every(({ state }) => state === "cancelled")).toBe(true);
  });
  it("is remembered whole: the count before it began, and the outcome of each entity, with the trace of its message", async () => {
    const waits = (trace: number) => ({ mailbox: [{ trace } as EntityView["mailbox"][number]] });
    const { engine } = engineWith([view("a", waits(7)), view("b", waits(8)), view("c")], { stubborn: ["b"], refuses: ["c"] });
    const acts = new BulkActs(engine);
    const row = acts.start({ ...request, prefix: "" }, reachOf(await heldUp(engine, request)));
    await expect.poll(() => acts.list()[0]?.state, { timeout: 40_000 }).toBe("done");
    expect(acts.find(row?.id ?? "")).toMatchObject({
      by: "mira",
      reach: { entities: 3, parked: 3, messagesBehind: 3, complete: true },
      outcomes: [
        { address: address("a"), outcome: "acted", trace: 7 },
        { address: address("b"), outcome: "failed-again", trace: 8 },
        { address: address("c"), outcome: "refused", trace: null },
      ],
      outcomesLeftOut: 0,
    });
    expect(acts.find("none")).toBeUndefined();
  });
  it("keeps the outcomes of the first entities, and says how many more there were", async () => {
    const many = outcomesKeptMax + 20;
    const { engine } = engineWith(Array.from({ length: many }, (_none, index) => view(`e${index}`)));
    const acts = new BulkActs(engine);
    const row = acts.start(request, counted(many));
    await expect.poll(() => acts.list()[0]?.state, { timeout: 40_000 }).toBe("done");
    const detail = acts.find(row?.id ?? "");
    expect(detail?.outcomes).toHaveLength(outcomesKeptMax);
    expect(detail).toMatchObject({ acted: many, outcomesLeftOut: 20 });
  });
});
