/** A message is discarded or edited by the number under which it is shown, also where it came from an entity of another partition. */
import { expect, test } from "vitest";
import { homeOf } from "@signalbox/runtime/model/home-of";
import { cart, text } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

const partitions = 2;
const idIn = (place: number, of: readonly string[]): string => of.find((id) => homeOf(id, partitions) === place) ?? "";
const ids = ["anna", "bert", "cleo", "dora", "emil", "fred"];

test("a message of another partition's entity is named by the number that is shown", async () => {
  const sender = cart(idIn(0, ids));
  const receiver = cart(idIn(1, ids));
  const harness = new EngineHarness({
    partitions,
    run: ({ target }) => completed(target.id === sender.id ? { messages: [{ target: receiver, value: text("sent") }] } : {}),
  });
  const engine = await harness.open();
  const one = { kind: "one", address: receiver } as const;
  await harness.run(engine.accept({ target: receiver, value: text("first of its type") }));
  await harness.run(engine.settled());
  await harness.run(engine.act(one, { kind: "pause" }));
  for (const value of ["a", "b"]) await harness.run(engine.accept({ target: sender, value: text(value) }));
  await harness.run(engine.settled());
  const shown = (await harness.run(engine.entity(receiver)))?.mailbox.map(({ sequence }) => sequence) ?? [];
  expect(shown).toHaveLength(2);
  const [first = 0, second = 0] = shown;
  await expect(harness.run(engine.act(one, { kind: "discard-head", ifSequence: second }))).rejects.toMatchObject({
    code: "MESSAGE_MOVED",
    message: expect.stringContaining(`message ${first} is`),
  });
  expect(await harness.run(engine.act(one, { kind: "edit-head", ifSequence: first, value: text("edited") }))).toMatchObject({ changed: 1 });
  expect(await harness.run(engine.act(one, { kind: "discard-head", ifSequence: first }))).toMatchObject({ changed: 1 });
  expect((await harness.run(engine.entity(receiver)))?.mailbox.map(({ sequence }) => sequence)).toEqual([second]);
});
