/**
 * What a restore takes back is counted record by record, each once, and the count is called complete only when it is.
 */
import { EngineError, type JournalRecord } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { UndoneScan } from "../../src/services/savepoints/undone-scan.ts";
import { undoneWork } from "../../src/services/savepoints/undone-work.ts";

const savepointEnds = 100;

function record(sequence: number): JournalRecord {
  return {
    sequence,
    address: { type: "shop/cart", id: `c${sequence % 50}` },
    outcome: { kind: "completed" },
    epoch: sequence,
    messages: [],
    messagesTotal: 0,
    sent: [],
    delayed: [],
    egress: [],
    state: [],
    attempts: 1,
    startedMs: 0,
    endedMs: 0,
    endpoint: "shop/*",
  };
}

/** A journal from `oldest` to a newest that moves. */
function journalOf({ oldest, newest }: { oldest: number; newest: number }) {
  const state = { newest };
  return {
    state,
    journal: async ({ cursor, limit }: { cursor?: string | undefined; limit: number }) => {
      // A read takes a turn: another caller meanwhile must not read the same page.
      await Promise.resolve();
      const from = Math.min(state.newest, cursor === undefined ? state.newest : Number(cursor) - 1);
      const items = Array.from({ length: Math.max(0, Math.min(limit, from - oldest + 1)) }, (_, index) => record(from - index));
      return { items, cursor: items.length < limit ? undefined : String(items.at(-1)?.sequence) };
    },
  };
}

function scanOf(journal: ReturnType<typeof journalOf>, options: { below?: number } = {}): UndoneScan {
  return new UndoneScan({ engine: journal, nextSequence: savepointEnds, isLeftOut: () => false, ...options });
}

const told = (scan: UndoneScan) => {
  const { invocations, atLeast } = undoneWork(scan.work, scan);
  return { invocations, atLeast };
};

describe("the count of records that a restore takes back", () => {
  test("is made once, however many callers ask at the same time", async () => {
    const scan = scanOf(journalOf({ oldest: 1, newest: 2_000 }));
    await Promise.all([scan.readOn(), scan.readOn(), scan.readOn()]);
    expect(told(scan)).toEqual({ invocations: 1_901, atLeast: false });
  });

  test('is "at least nothing" without a journal, so that a restore on Flink can be looked at; any other failure is one', async () => {
    const failing = (code: "CAPABILITY_MISSING" | "STORE_FAILED") => {
      const journal = () => Promise.reject(new EngineError(code, "no", "none"));
      return new UndoneScan({ engine: { journal }, nextSequence: savepointEnds, isLeftOut: () => false });
    };
    const scan = failing("CAPABILITY_MISSING");
    await scan.readOn();
    await scan.readOn();
    expect(told(scan)).toEqual({ invocations: 0, atLeast: true });
    await expect(failing("STORE_FAILED").readOn()).rejects.toThrow("no");
  });

  test("is a lower bound where the journal ends above the savepoint", async () => {
    const scan = scanOf(journalOf({ oldest: 600, newest: 2_000 }));
    await scan.readOn();
    expect(told(scan)).toEqual({ invocations: 1_401, atLeast: true });
  });

  test("grows with every later record, also when there are more than one look reads", async () => {
    const journal = journalOf({ oldest: 1, newest: 300 });
    const scan = scanOf(journal);
    await scan.readOn();
    expect(told(scan)).toEqual({ invocations: 201, atLeast: false });
    journal.state.newest = 25_300;
    await scan.readOn();
    expect(told(scan)).toEqual({ invocations: 10_201, atLeast: true });
    journal.state.newest = 25_400;
    await scan.readOn();
    await scan.readOn();
    expect(told(scan)).toEqual({ invocations: 25_301, atLeast: false });
  });

  test("ends below the restore where a later restore is reported", async () => {
    const journal = journalOf({ oldest: 1, newest: 9_000 });
    const scan = scanOf(journal, { below: 1_000 });
    await scan.readOn();
    journal.state.newest = 9_500;
    await scan.readOn();
    expect(told(scan)).toEqual({ invocations: 900, atLeast: false });
  });
});
