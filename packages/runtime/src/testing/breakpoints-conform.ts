/** Breakpoints: what is held, how a person lets it through, and that it ends by itself. */
import { expect } from "vitest";
import type { BreakpointSpec } from "../model/breakpoint.ts";
import { say, shop } from "./conformance-functions.ts";
import type { Behaves, Opened } from "./conformance-stand.ts";

const atAnna: BreakpointSpec = {
  id: "b1",
  namespace: "shop",
  name: "cart",
  ids: { kind: "one", id: "anna" },
  by: "tester",
  setMs: 0,
  forMs: 60_000,
};

/** So many messages wait for Anna at the breakpoint. */
async function held({ engine, run, until }: Opened, texts: readonly string[]): Promise<void> {
  await run(engine.setBreakpoint(atAnna));
  for (const text of texts) await run(engine.accept({ target: shop("anna"), value: say(text) }));
  await until(() => engine.breakpoints()[0]?.heldMessages === texts.length);
}

export function breakpointsConform(behaves: Behaves): void {
  behaves("messages for what it covers are held, others pass, and all go on in order once it is released", async (stand) => {
    const { engine, run, tell, count, functions } = stand;
    await held(stand, ["one", "two", "three"]);
    await tell("bert", "count");
    expect(await count("bert")).toBe("1");
    expect(functions.heard(shop("anna"))).toEqual([]);
    expect(engine.breakpoints()).toMatchObject([{ spec: atAnna, heldEntities: 1, heldMessages: 3, isFull: false }]);
    const waitReason = { kind: "breakpoint", breakpoint: "b1", by: "tester" };
    expect(await run(engine.heldEntities({ limit: 10 }))).toMatchObject([{ address: shop("anna"), status: "held", waitReason }]);
    expect(await run(engine.releaseBreakpoint("b1"))).toEqual({ released: 1 });
    await run(engine.settled());
    expect(functions.heard(shop("anna"))).toEqual(["one", "two", "three"]);
    expect(engine.breakpoints()).toEqual([]);
  });

  behaves("a step lets exactly one message through", async (stand) => {
    const { engine, run, until, functions } = stand;
    await held(stand, ["one", "two", "three"]);
    await run(engine.stepHeld(shop("anna")));
    await until(() => engine.breakpoints()[0]?.heldMessages === 2);
    await run(engine.settled());
    expect(functions.heard(shop("anna"))).toEqual(["one"]);
    await expect(run(engine.stepHeld(shop("bert")))).rejects.toMatchObject({ code: "UNKNOWN_ENTITY" });
  });

  behaves("a held message is edited, or discarded, and those behind it stay held", async (stand) => {
    const { engine, run, functions } = stand;
    await held(stand, ["one", "two", "three"]);
    const anna = { kind: "one", address: shop("anna") } as const;
    await run(engine.act(anna, { kind: "edit-head", value: say("edited") }));
    expect(engine.breakpoints()).toMatchObject([{ heldMessages: 3 }]);
    await run(engine.stepHeld(shop("anna")));
    await run(engine.settled());
    await run(engine.act(anna, { kind: "discard-head" }));
    expect(engine.breakpoints()).toMatchObject([{ heldMessages: 1 }]);
    await run(engine.releaseBreakpoint("b1"));
    await run(engine.settled());
    expect(functions.heard(shop("anna"))).toEqual(["edited", "three"]);
  });

  behaves("it ends by itself when its time is over", async (stand) => {
    const { engine, run, until, functions } = stand;
    await run(engine.setBreakpoint({ ...atAnna, forMs: 50 }));
    await run(engine.accept({ target: shop("anna"), value: say("one") }));
    await until(() => functions.heard(shop("anna")).length === 1);
    // It ends in each partition by itself, and is listed until the last has ended it.
    await until(() => engine.breakpoints().length === 0);
    expect(await run(engine.releaseBreakpoint("b1"))).toEqual({ released: 0 });
  });
}
