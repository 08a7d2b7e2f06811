import { expect, it } from "vitest";
import type { HotEntity } from "../../trpc/views.ts";
import { deepest } from "./pressure-chain.tsx";

function entity(id: string, parts: Partial<HotEntity>): HotEntity {
  return {
    address: { type: "shop/cart", id },
    status: "idle",
    mailboxDepth: 0,
    perSecond: 0,
    surplusPerSecond: 0,
    waitReason: null,
    ...parts,
  };
}
const inFlight = (messages: number) => ({ kind: "in-flight", endpoint: "shop/*", sinceMs: 0, attempt: 1, messages }) as const;
const parked = { kind: "parked", sinceMs: 0, attempts: 3, failure: null } as const;

it("begins with the type behind which most messages wait; those in flight are not waiting", () => {
  const busy = entity("busy", { mailboxDepth: 2, waitReason: inFlight(2) });
  const stuck = entity("stuck", { mailboxDepth: 1, waitReason: parked });
  const hot = entity("hot", { mailboxDepth: 900, waitReason: inFlight(20) });
  expect(deepest({ entities: [busy, stuck] })).toBe(stuck);
  expect(deepest({ entities: [busy, stuck, hot] })).toBe(hot);
  expect(deepest({ entities: [entity("none", {})] })).toBeUndefined();
});
