/**
 * A write that neither succeeds nor fails is noticed: the committer says since when it is under way, and calls the store failing once it
 * takes too long.
 */
import { expect, test } from "vitest";
import { Committer, writeStalledMsMax } from "../src/runtime/processor/committer.ts";
import type { Store } from "../src/ports/store.ts";

function stand() {
  let nowMs = 1_000_000;
  let alarms: { atMs: number; run: () => void }[] = [];
  let endWrite: (error?: Error) => void = () => undefined;
  const health: (string | undefined)[] = [];
  let epochs = 0;
  const committer = new Committer({
    store: {
      writeSynced: () => new Promise<void>((resolve, reject) => (endWrite = (error) => (error === undefined ? resolve() : reject(error)))),
    } as Partial<Store> as Store,
    clock: {
      nowMs: () => nowMs,
      steadyMs: () => nowMs,
      schedule(delayMs, run) {
        const alarm = { atMs: nowMs + delayMs, run };
        alarms.push(alarm);
        return () => (alarms = alarms.filter((one) => one !== alarm));
      },
    },
    open: () => (epochs === 0 ? "awaited" : "empty") as ReturnType<ConstructorParameters<typeof Committer>[0]["open"]>,
    seal: () => ({ epoch: ++epochs, writes: [{ key: "k", value: new Uint8Array(1) }] }) as never,
    durable: () => undefined,
    failing: (error) => health.push(error?.message),
    crashed: (error) => health.push(`crashed ${String(error)}`),
  });
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return {
    committer,
    health,
    end: async (error?: Error) => {
      endWrite(error);
      await turns();
    },
    begin: async () => {
      committer.kick();
      await turns();
    },
    pass: (ms: number) => {
      nowMs += ms;
      const due = alarms.filter((alarm) => alarm.atMs <= nowMs);
      alarms = alarms.filter((alarm) => alarm.atMs > nowMs);
      for (const alarm of due) alarm.run();
    },
  };
}

test("a write that does not end is reported once when it has taken too long, and the report is withdrawn when it ends", async () => {
  const { committer, health, begin, end, pass } = stand();
  expect(committer.writingSinceMs).toBeUndefined();
  await begin();
  expect(committer.writingSinceMs).toBe(1_000_000);
  pass(writeStalledMsMax - 1);
  expect(health).toEqual([]);
  pass(1);
  pass(writeStalledMsMax);
  expect(health).toEqual([expect.stringContaining("has not ended")]);
  await end();
  expect(health).toEqual([expect.stringContaining("has not ended"), undefined]);
  expect(committer.writingSinceMs).toBeUndefined();
});

test("a write that fails says why it fails, however long its attempts take", async () => {
  const { health, begin, end, pass } = stand();
  await begin();
  await end(new Error("the disk is full"));
  pass(writeStalledMsMax * 2);
  expect(health).toEqual(["the disk is full"]);
});
