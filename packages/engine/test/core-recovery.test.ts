/**
 * After a restart the waiting messages are on disk and are not counted: they come into memory in their turn, and none overtakes another
 * (G4, G5).
 */
import { describe, expect, test } from "vitest";
import { CoreHarness, type HarnessOptions } from "./core-harness.ts";
import { cart, textOf } from "./core-samples.ts";

/** Three messages wait for anna and one for zoe, and nothing is read yet. A read brings two rows. */
async function restarted(limits: HarnessOptions["limits"] = {}): Promise<CoreHarness> {
  const core = await CoreHarness.withStates([], { limits: { mailboxMessagesInMemoryMax: 2, ...limits } });
  for (const text of ["a1", "a2", "a3"]) await core.send(cart("anna"), text);
  await core.send(cart("zoe"), "z1");
  await core.sync();
  core.holdLoads();
  await core.restart();
  return core;
}

/** Answers the reads that are requested now. */
async function readOnce(core: CoreHarness): Promise<void> {
  for (const command of await core.readHeld()) await core.apply(command);
}

/** Runs everything to its end. Returns what each entity was sent, in order. */
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

function coldRows(core: CoreHarness): number | undefined {
  return core.state.entities.types.get("shop/cart")?.coldRows;
}

describe("after a restart", () => {
  test("the number of waiting messages is known before any mailbox was read", async () => {
    const core = await restarted();
    expect([core.state.mailboxes.waitingMessages, coldRows(core), core.state.entities.resident]).toEqual([4, 4, 0]);
  });

  test("an entity that was read runs before the others are read", async () => {
    const core = await restarted();
    await readOnce(core);
    expect(core.inFlight[0]?.target).toEqual(cart("anna"));
    expect(core.inputs()).toEqual(["a1", "a2"]);
    expect([core.depth(cart("anna")), coldRows(core)]).toEqual([3, 1]);
  });

  test("new messages queue behind those on disk", async () => {
    const core = await restarted();
    await core.send(cart("zoe"), "z2");
    await readOnce(core);
    await core.send(cart("anna"), "a4");
    await core.send(cart("new"), "n1");
    expect(await sent(core)).toEqual({ anna: ["a1", "a2", "a3", "a4"], new: ["n1"], zoe: ["z1", "z2"] });
    expect([coldRows(core), core.state.mailboxes.waitingMessages, await core.rows("m")]).toEqual([0, 0, []]);
    expect(core.state.cold.cursors.size).toBe(0);
  });

  test("an entity on which somebody acts is read out of its turn, with the messages that came for it meanwhile", async () => {
    const core = await restarted();
    await core.send(cart("zoe"), "z2");
    const request = await core.act(cart("zoe"), { kind: "pause" });
    expect(core.refused.has(request)).toBe(false);
    expect(await sent(core)).toEqual({ anna: ["a1", "a2", "a3"] });
    expect(core.acknowledged.get(request)).toEqual({ kind: "changed", changed: 1 });
    expect([core.status(cart("zoe")), core.depth(cart("zoe"))]).toEqual(["paused", 2]);
  });

  test("the first message of an entity that is on disk only cannot be discarded", async () => {
    const core = await restarted();
    const request = await core.act(cart("zoe"), { kind: "discard-head" });
    expect(await sent(core)).toMatchObject({ zoe: ["z1"] });
    expect(core.refused.get(request)).toMatchObject({ code: "ENTITY_BUSY" });
  });

  test("a crash changes nothing: the next life ends with the same", async () => {
    const core = await restarted();
    await core.send(cart("zoe"), "z2");
    await readOnce(core);
    await core.sync();
    core.holdLoads();
    await core.restart();
    expect(await sent(core)).toEqual({ anna: ["a1", "a2", "a3"], zoe: ["z1", "z2"] });
  });

  test("a value of an entity that is on disk only can be edited, which does not bring the entity into memory", async () => {
    const core = await restarted();
    await core.apply({
      kind: "edit-state",
      nowMs: core.nowMs,
      request: 900,
      address: cart("zoe"),
      edits: [{ name: "nothing", value: undefined }],
      values: [],
    });
    expect(core.refused.get(900)).toMatchObject({ code: "UNKNOWN_STATE" });
    expect(core.status(cart("zoe"))).toBe("absent");
    expect(await sent(core)).toMatchObject({ zoe: ["z1"] });
  });
});

test("paused entities come back paused, with their waiting messages", async () => {
  const core = await CoreHarness.withStates([]);
  await core.act(cart("anna"), { kind: "pause" });
  await core.send(cart("anna"), "a1");
  await core.sync();
  core.holdLoads();
  await core.restart();
  expect(core.depth(cart("anna"))).toBe(1);
  await core.send(cart("anna"), "a2");
  expect(core.status(cart("anna"))).toBe("paused");
  expect(await sent(core)).toEqual({});
  expect(core.depth(cart("anna"))).toBe(2);
  await core.act(cart("anna"), { kind: "resume" });
  expect(await sent(core)).toEqual({ anna: ["a1", "a2"] });
});
