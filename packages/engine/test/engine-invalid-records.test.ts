/**
 * The engine has a type of its own for records that an ingress could not turn into messages: each parks its entity with the reason, in
 * order, one at a time.
 */
import { expect, test } from "vitest";
import { invalidRecordType } from "@signalbox/runtime/model/built-in";
import { completed, EngineHarness } from "./engine-harness.ts";

const address = { type: invalidRecordType, id: "shop/orders orders/0" };
const record = (what: string) => ({
  target: address,
  value: { typename: "io.signalbox/invalid-record", bytes: Buffer.from(JSON.stringify({ part: "orders/0", what })) },
});

test("an invalid record waits for a person with its reason, and the next one waits behind it", async () => {
  const harness = new EngineHarness({ run: () => completed() });
  const engine = await harness.open();
  await harness.run(engine.accept(record('no "key"')));
  await harness.run(engine.accept(record("no value")));
  await harness.run(engine.settled());
  expect(await engine.entity(address)).toMatchObject({
    status: "parked",
    failure: { code: "REJECTED", message: 'no "key"' },
    mailboxDepth: 2,
  });
  await harness.run(engine.act({ kind: "one", address }, { kind: "discard-head" }));
  await harness.run(engine.settled());
  expect(await engine.entity(address)).toMatchObject({ status: "parked", failure: { message: "no value" }, mailboxDepth: 1 });
});
