/** Entities: how they are listed and shown, and what an operator does to them. */
import { expect } from "vitest";
import { say, shop } from "./conformance-functions.ts";
import { parked, type Behaves } from "./conformance-stand.ts";

export function entitiesConform(behaves: Behaves): void {
  behaves("they are listed in the order of their ids, page by page", async ({ engine, run, tell }) => {
    for (const id of ["b", "a", "ä", "ab"]) await tell(id, "count");
    const first = await run(engine.entities({ type: "shop/cart", limit: 3 }));
    expect(first.items.map(({ address }) => address.id)).toEqual(["a", "ab", "b"]);
    const rest = await run(engine.entities({ type: "shop/cart", limit: 3, cursor: first.cursor }));
    expect(rest.items.map(({ address }) => address.id)).toEqual(["ä"]);
    const whole = await run(engine.entityViews({ type: "shop/cart", limit: 3, cursor: "a" }));
    expect(whole).toEqual({ items: await Promise.all(["ab", "b", "ä"].map((id) => run(engine.entity(shop(id))))), cursor: undefined });
    const some = await run(engine.entities({ type: "shop/cart", prefix: "a", limit: 10 }));
    expect(some.items.map(({ address }) => address.id)).toEqual(["a", "ab"]);
  });

  behaves("one that never was is not there, and no action finds it", async ({ engine, run }) => {
    expect(await run(engine.entity(shop("nobody")))).toBeUndefined();
    const act = engine.act({ kind: "one", address: shop("nobody") }, { kind: "retry" });
    await expect(run(act)).rejects.toMatchObject({ code: "UNKNOWN_ENTITY" });
  });

  behaves("a message that its function will never take parks its entity with the mailbox kept, and stops no other", async (stand) => {
    const { engine, run, count, tell, functions } = stand;
    await parked(stand);
    await tell("bert", "count");
    expect(await count("bert")).toBe("1");
    const view = await run(engine.entity(shop("anna")));
    expect(view).toMatchObject({ status: "parked", mailboxDepth: 2, failure: { code: "REJECTED" } });
    expect(await run(engine.troubledEntities({ limit: 10 }))).toMatchObject([{ address: shop("anna") }]);
    functions.rejects = false;
    expect(await run(engine.act({ kind: "by-status", type: undefined, status: "parked" }, { kind: "retry" }))).toEqual({ changed: 1 });
    await run(engine.settled());
    expect(await count("anna")).toBe("1");
  });

  actionsConform(behaves);
}

function actionsConform(behaves: Behaves): void {
  behaves("a parked entity goes on once its first message is discarded, or edited", async (stand) => {
    const { engine, run, count } = stand;
    await parked(stand);
    await run(engine.act({ kind: "one", address: shop("anna") }, { kind: "edit-head", value: say("count") }));
    await run(engine.settled());
    expect(await count("anna")).toBe("2");
    await parked(stand);
    await run(engine.act({ kind: "one", address: shop("anna") }, { kind: "discard-head" }));
    await run(engine.settled());
    expect(await count("anna")).toBe("3");
    const nothing = run(engine.act({ kind: "one", address: shop("anna") }, { kind: "retry" }));
    await expect(nothing).rejects.toMatchObject({ code: expect.stringMatching(/ENTITY_NOT_PARKED|UNKNOWN_ENTITY/) });
  });

  behaves("the first message is discarded, or edited, only if it is still the one that was meant", async (stand) => {
    const { engine, run, tell } = stand;
    await parked(stand);
    await tell("anna", "count");
    const one = { kind: "one", address: shop("anna") } as const;
    const seen = (await run(engine.entity(shop("anna"))))?.mailbox.map(({ sequence }) => sequence) ?? [];
    const [first = 0, second = 0] = seen;
    const late = [
      { kind: "discard-head", ifSequence: second },
      { kind: "edit-head", value: say("count"), ifSequence: second },
    ] as const;
    for (const act of late) await expect(run(engine.act(one, act))).rejects.toMatchObject({ code: "MESSAGE_MOVED" });
    expect((await run(engine.entity(shop("anna"))))?.mailbox.map(({ sequence }) => sequence)).toEqual(seen);
    await run(engine.act(one, { kind: "pause" }));
    expect(await run(engine.act(one, { kind: "discard-head", ifSequence: first }))).toMatchObject({ changed: 1 });
    expect((await run(engine.entity(shop("anna"))))?.mailbox[0]?.sequence).toBe(second);
  });

  behaves("a paused entity keeps its messages until it is resumed", async ({ engine, run, tell, count }) => {
    await tell("anna", "count");
    await run(engine.act({ kind: "one", address: shop("anna") }, { kind: "pause" }));
    await tell("anna", "count");
    expect(await run(engine.entity(shop("anna")))).toMatchObject({ status: "paused", mailboxDepth: 1, waitReason: { kind: "paused" } });
    expect(await count("anna")).toBe("1");
    await run(engine.act({ kind: "one", address: shop("anna") }, { kind: "resume" }));
    await run(engine.settled());
    expect(await count("anna")).toBe("2");
  });

  behaves("a value is edited and deleted, and one that no function registered is refused", async ({ engine, run, tell, count }) => {
    await tell("anna", "count");
    await run(engine.editState(shop("anna"), [{ name: "count", value: say("7") }]));
    await tell("anna", "count");
    expect(await count("anna")).toBe("8");
    await run(engine.editState(shop("anna"), [{ name: "count", value: undefined }]));
    expect(await count("anna")).toBeUndefined();
    await expect(run(engine.editState(shop("anna"), [{ name: "none", value: say("1") }]))).rejects.toMatchObject({ code: "UNKNOWN_STATE" });
  });

  behaves("of several values that are edited as one, none is written if one cannot be", async ({ engine, run, tell, count }) => {
    await tell("anna", "count");
    const edits = [
      { name: "count", value: say("7") },
      { name: "none", value: undefined },
    ];
    await expect(run(engine.editState(shop("anna"), edits))).rejects.toMatchObject({ code: "UNKNOWN_STATE" });
    expect(await count("anna")).toBe("1");
    await tell("anna", "count");
    expect(await count("anna")).toBe("2");
  });
}
