import { describe, expect, it } from "vitest";
import type { EgressLedgerRow, RestoreImpact } from "../../trpc/views.ts";
import { en } from "../../words/savepoints/en.ts";
import { atLeast, differenceWords, ledgerWords, restoreLabel, sideRows } from "./restore-words.ts";

const impact: RestoreImpact = {
  savepointEpoch: 10,
  currentEpoch: 15,
  epochsLost: 5,
  now: { messages: 2, delayed: 1, parked: 0, paused: 0 },
  brings: { entities: 1, messages: 0, delayed: 0, egressRecords: 0 },
  undone: { invocations: 1, messagesIn: 1, entities: 1, acts: 0, atLeast: false },
  egresses: [],
  verdict: { fits: true, unserved: [], stateTypes: [], undeclaredEgresses: [], modules: [] },
};

const row: EgressLedgerRow = { egress: "shop/out", since: 0, kept: 0, dropped: 0, repeated: 0, atLeast: false };

describe("the cost of a restore in words", () => {
  it("names on the button the undone and dropped messages, delayed ones too", () => {
    expect(restoreLabel(impact, en.restore)).toBe("Restore, undo 5 epochs and drop 3 waiting messages");
    expect(restoreLabel({ ...impact, epochsLost: 0, now: { ...impact.now, messages: 0, delayed: 0 } }, en.restore)).toBe("Restore");
  });

  it("marks a count that was not finished", () => {
    expect(atLeast(1200, { atLeast: true })).toBe("≥ 1\u202f200");
  });

  it("tells records that come again from those that may, and from none", () => {
    const { toCome, past } = en.ledger;
    expect(ledgerWords({ ...row, repeated: 3 }, toCome).word).toBe("3 come again");
    expect(ledgerWords({ ...row, repeated: 3 }, past).word).toBe("3 came again");
    expect(ledgerWords({ ...row, since: 3 }, toCome).word).toBe("may repeat");
    expect(ledgerWords(row, past)).toMatchObject({ tone: "clear", word: "none", why: "nothing was made since" });
    expect(ledgerWords({ ...row, kept: 1 }, past).why).toBe("what waited stayed as it was");
  });

  it("names the changes since, and none of a savepoint that is gone", () => {
    const { sides } = en.pastRestore;
    const side = { id: "s", createdMs: 1, epoch: 1, entities: 5, messages: 2, delayedMessages: 0, egressRecords: 3, sizeBytes: 1 };
    const rows = sideRows({ before: side, restored: { ...side, entities: 3, messages: 4 } }, sides);
    expect(rows.map((told) => differenceWords(told, sides))).toEqual(["2 fewer", "2 more", "as many", "as many"]);
    const unknown = sideRows({ before: null, restored: side }, sides);
    expect(unknown.map((told) => differenceWords(told, sides))).toEqual(["not known", "not known", "not known", "not known"]);
  });
});
