import { describe, expect, it } from "vitest";
import type { EgressLedgerRow, RestoreImpact } from "../../trpc/views.ts";
import { en } from "../../words/savepoints/en.ts";
import { atLeast, ledgerWords, restoreLabel } from "./restore-words.ts";

const impact: RestoreImpact = {
  savepointEpoch: 10,
  currentEpoch: 15,
  epochsLost: 5,
  now: { messages: 2, delayed: 1, parked: 0, paused: 0 },
  brings: { entities: 1, messages: 0, delayed: 0, egressRecords: 0 },
  undone: { invocations: 1, messagesIn: 1, entities: 1, acts: 0, atLeast: false },
  egresses: [],
};

const row: EgressLedgerRow = { egress: "shop/out", since: 0, kept: 0, dropped: 0, repeated: 0, atLeast: false };

describe("the cost of a restore in words", () => {
  it("says on the button what is undone and dropped, delayed messages too", () => {
    expect(restoreLabel(impact, en.restore)).toBe("Restore, undo 5 epochs and drop 3 waiting messages");
    expect(restoreLabel({ ...impact, epochsLost: 0, now: { ...impact.now, messages: 0, delayed: 0 } }, en.restore)).toBe("Restore");
  });

  it("marks what was not counted to its end", () => {
    expect(atLeast(1200, { atLeast: true })).toBe("≥ 1\u202f200");
  });

  it("tells records that come again from those that may, and from none", () => {
    expect(ledgerWords({ ...row, repeated: 3 }, en.ledger).word).toBe("3 come again");
    expect(ledgerWords({ ...row, since: 3 }, en.ledger).word).toBe("may repeat");
    expect(ledgerWords(row, en.ledger)).toMatchObject({ tone: "clear", word: "none" });
  });
});
