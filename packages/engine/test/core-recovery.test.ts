/** After a restart what waits on disk is counted beside the traffic: who is counted runs, who is not waits, and nothing overtakes (G4, G5). */
import { describe, expect, test } from "vitest";
import { cart, CoreHarness, textOf, type HarnessOptions } from "./core-harness.ts";

/** Three messages wait for anna, one for zoe, and nothing is counted yet; a read brings two rows. */
async function restarted(limits: HarnessOptions["limits"] = {}): Promise<CoreHarness> {
  const core = await CoreHarness.withStates([], { limits: { mailboxMessagesInMemoryMax: 2, ...limits } });
  for (const text of ["a1", "a2", "a3"]) await core.send(cart("anna"), text);
  await core.send(cart("zoe"), "z1");
  await core.sync();
  core.holdLoads();
  await core.restart();
  return core;
}

/** The reads that are asked for now come back. */
async function readOnce(core: CoreHarness): Promise<void> {
  for (const command of await core.readHeld()) await core.apply(command);
}

/** Everything runs to its end; what each entity was sent, in order. */
async function sent(core: CoreHarness): Promise<Record<string, (string | undefined)[]>> {
  const order: Record<string, (string | undefined)[]> = {};
  for (let idle = 0; idle < 3; ) {
    await core.sync();
    await readOnce(core);
    const [first] = core.inFlight;
    if (first === undefined) {
      idle++;
      continue;
    }
    idle = 0;
    (order[first.target.id] ??= []).push(...first.inputs.map((input) => textOf(input.value)));
    await core.complete();
  }
  return order;
}

describe("while what waits on disk is being counted", () => {
  test("who is counted runs before the count has ended", async () => {
    const core = await restarted();
    expect(core.inFlight).toEqual([]);
    while (core.inFlight.length === 0) await readOnce(core);
    expect(core.inFlight[0]?.target).toEqual(cart("anna"));
    expect(core.inputs()).toEqual(["a1", "a2"]);
    expect(core.depth(cart("anna"))).toBe(3);
  });

  test("who is counted in part is not sent", async () => {
    const core = await restarted();
    await readOnce(core);
    // Ready, and not on its way to be sent: nothing is read for it.
    expect([core.depth(cart("anna")), core.status(cart("anna"))]).toEqual([2, "ready"]);
  });

  test("what is new queues behind what is on disk", async () => {
    const core = await restarted();
    await core.send(cart("zoe"), "z2");
    await readOnce(core);
    await core.send(cart("anna"), "a4");
    await core.send(cart("new"), "n1");
    expect(core.inFlight).toEqual([]);
    expect(await sent(core)).toEqual({ anna: ["a1", "a2", "a3", "a4"], new: ["n1"], zoe: ["z1", "z2"] });
    expect(core.state.mailboxes.count).toBeUndefined();
    expect([core.state.mailboxes.waitingMessages, await core.rows("m")]).toEqual([0, []]);
  });

  test("a pause waits for the end of the count and is in force then", async () => {
    const core = await restarted();
    const request = await core.act(cart("zoe"), { kind: "pause" });
    expect(core.refused.has(request)).toBe(false);
    expect(await sent(core)).toEqual({ anna: ["a1", "a2", "a3"] });
    expect(core.acknowledged.get(request)).toEqual({ kind: "changed", changed: 1 });
    expect([core.status(cart("zoe")), core.depth(cart("zoe"))]).toEqual(["paused", 1]);
  });

  test("the first message of one that is not counted is nobody's to discard", async () => {
    const core = await restarted();
    const request = await core.act(cart("zoe"), { kind: "discard-head" });
    expect(core.refused.get(request)).toMatchObject({ code: "ENTITY_BUSY" });
    expect(await sent(core)).toMatchObject({ zoe: ["z1"] });
  });

  test("only a quarter of what may wait is admitted", async () => {
    const core = await restarted({ waitingEntitiesMax: 8 });
    const requests: number[] = [];
    for (const id of ["b", "c", "d"]) requests.push(await core.send(cart(id), "x"));
    expect(requests.map((request) => core.refused.get(request)?.code)).toEqual([undefined, undefined, "OVERLOADED"]);
    await sent(core);
    const later = await core.send(cart("d"), "x");
    expect(core.refused.has(later)).toBe(false);
  });

  test("a crash changes nothing: the next count ends with the same", async () => {
    const core = await restarted();
    await core.send(cart("zoe"), "z2");
    await readOnce(core);
    await core.sync();
    core.holdLoads();
    await core.restart();
    expect(await sent(core)).toEqual({ anna: ["a1", "a2", "a3"], zoe: ["z1", "z2"] });
  });
});

test("paused ones come back paused, with what waits for them", async () => {
  const core = await CoreHarness.withStates([]);
  await core.act(cart("anna"), { kind: "pause" });
  await core.send(cart("anna"), "a1");
  await core.sync();
  core.holdLoads();
  await core.restart();
  await core.send(cart("anna"), "a2");
  expect(core.status(cart("anna"))).toBe("paused");
  expect(await sent(core)).toEqual({});
  expect(core.depth(cart("anna"))).toBe(2);
  await core.act(cart("anna"), { kind: "resume" });
  expect(await sent(core)).toEqual({ anna: ["a1", "a2"] });
});
