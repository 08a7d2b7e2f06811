/** The tests of failure share these helpers: the request of one entity, and an entity that fails until it is parked. */
import type { Address } from "@signalbox/runtime/model/address";
import type { CoreHarness } from "./core-harness.ts";

/** Answers the invocation of one entity. */
export function requestOf(core: CoreHarness, address: Address) {
  const request = core.inFlight.find(({ target }) => target.type === address.type && target.id === address.id);
  if (request === undefined) throw new Error(`${address.type}/${address.id} is not in flight`);
  return request;
}

/** Lets an entity fail until it is parked. Time moves on while it backs off. */
export async function failUntilParked(core: CoreHarness, address: Address, fail: () => Promise<void>): Promise<number> {
  let attempts = 0;
  while (core.status(address) !== "parked") {
    if (core.status(address) === "in-flight") {
      await fail();
      attempts++;
    } else {
      await core.advance(10_000);
    }
  }
  return attempts;
}
