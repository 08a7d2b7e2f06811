import { describe, expect, it } from "vitest";
import type { EntityDetail, FailureGroup } from "../../trpc/views.ts";
import { reachOf } from "./reach.ts";

function entity(id: string): EntityDetail {
  return {
    address: { type: "shop/pay", id },
    status: "parked",
    mailboxDepth: 1,
    state: [],
    mailbox: [],
    failure: null,
    attempts: 5,
    sinceMs: 0,
    retryAtMs: null,
    waitReason: null,
    endpoint: null,
  };
}

function group(fingerprint: string, entities: number, known: number): FailureGroup {
  const sample = Array.from({ length: known }, (_, index) => entity(`${fingerprint}${index}`));
  return {
    fingerprint,
    code: "REPLY_INVALID",
    message: "m",
    cure: "c",
    type: "shop/pay",
    status: "parked",
    entities,
    waitingMessages: null,
    firstMs: 0,
    lastMs: 0,
    sample,
  };
}

describe("whom an act on a cause reaches", () => {
  it("is exactly its entities while all are known", () => {
    const few = group("a", 2, 2);
    expect(reachOf(few, [few, group("b", 900, 10)])).toEqual({
      kind: "each",
      entities: 2,
      addresses: [
        { type: "shop/pay", id: "a0" },
        { type: "shop/pay", id: "a1" },
      ],
    });
  });
  it("counts the entities of other causes that a larger act reaches too", () => {
    const many = group("a", 400, 10);
    const otherStatus: FailureGroup = { ...group("c", 50, 10), status: "backing-off" };
    expect(reachOf(many, [many, group("b", 30, 10), otherStatus])).toEqual({ kind: "by-status", entities: 430, otherCauses: 1 });
  });
});
