/**
 * Whose call a number belongs to, for a caller who may send in some namespaces only, also when the runtime keeps neither mailbox nor
 * journal.
 */
import { CapabilityMissing, type Engine } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { RecentCalls, mustBeCallTo } from "../../src/services/send/own-call.ts";

const unable = (): never => {
  throw new CapabilityMissing({ name: "flink", capabilities: { journal: { able: false, reason: "it is elsewhere" } } as never }, "journal");
};
const onFlink = { entity: async () => undefined, trace: unable, waitingOfTrace: unable } satisfies Pick<
  Engine,
  "entity" | "trace" | "waitingOfTrace"
>;
const target = { type: "shop/cart", id: "anna" };

describe("without a journal", () => {
  test("a call that was just sent counts for its entity, and for no other", async () => {
    const recent = new RecentCalls();
    recent.add({ messageId: 17, target });
    await mustBeCallTo(onFlink, recent, { messageId: 17, target });
    for (const other of [
      { messageId: 18, target },
      { messageId: 17, target: { type: "bank/account", id: "anna" } },
      { messageId: 17, target: { type: "shop/cart", id: "bert" } },
    ])
      await expect(mustBeCallTo(onFlink, recent, other)).rejects.toMatchObject({ code: "UNKNOWN_CALL" });
  });

  test("the oldest call is forgotten for the newest beyond ten thousand", async () => {
    const recent = new RecentCalls();
    for (let messageId = 1; messageId <= 10_001; messageId++) recent.add({ messageId, target });
    expect([1, 2, 10_001].map((messageId) => recent.has({ messageId, target }))).toEqual([false, true, true]);
  });
});
