/**
 * Notes of kinds in the log: a new cause appears at once, and the same cause not with each attempt; a note that needs somebody grows old.
 */
import { expect, test } from "vitest";
import { ingress, type IngressContext } from "../../src/connectors/connector.ts";
import { noteLog } from "../../src/connectors/note-log.ts";
import { connectorStand } from "./connector-stand.ts";
import { until } from "./manual-clock.ts";

const minuteMs = 60_000;

test("the same cause is written once in ten minutes, another one at once", () => {
  let nowMs = 0;
  const lines: string[] = [];
  const told = noteLog({ nowMs: () => nowMs, warn: (line) => lines.push(line) });
  for (let attempt = 0; attempt < 100; attempt++) told("the egress a/b is held back", { what: "it answered 503", cure: "Mend it." });
  expect(lines).toEqual(["the egress a/b is held back: it answered 503. Mend it."]);
  told("the egress a/b is held back", { what: "nothing listens", cure: "Start it" });
  expect(lines[1]).toBe("the egress a/b is held back: nothing listens. Start it.");
  nowMs = 10 * minuteMs;
  told("the egress a/b is held back", { what: "nothing listens", cure: "Start it" });
  expect(lines).toHaveLength(3);
});

test("notes that count never repeat themselves, and are written as seldom", () => {
  const lines: string[] = [];
  const told = noteLog({ nowMs: () => 5, warn: (line) => lines.push(line) });
  for (let times = 1; times <= 50; times++)
    told("the ingress a/b works and needs a look", { what: `refused ${times} times.`, cure: "Compare." });
  expect(lines).toEqual(["the ingress a/b works and needs a look: refused 1 times. Compare."]);
});

async function standThatNotes() {
  let said: IngressContext | undefined;
  const kind = ingress({
    ...{ direction: "ingress", kind: "test.notes.v1/ingress", word: "notes", meaning: "Says what the test says.", shape: {} },
    read: () => ({ id: "shop/notes", spec: {}, claims: [] }),
    open: async (_spec, context) => {
      said = context;
      return { close: async () => undefined };
    },
  });
  const stand = connectorStand(kind, {});
  await stand.begin();
  await until(stand.clock, () => stand.state() === "running");
  return { ...stand, said: said ?? expect.unreachable() };
}

test("a note with a cure is written to the log and shown for a day; one without a cure is only shown, and stays", async () => {
  const { said, supervisor, clock, warned } = await standThatNotes();
  const dayMs = 24 * 60 * minuteMs;
  said.note({ what: "somebody carries it", cure: "" });
  expect(warned).toEqual([]);
  clock.set(clock.nowMs() + 2 * dayMs);
  expect(supervisor.views()[0]?.note?.what).toBe("somebody carries it");
  said.note({ what: "a wrong signature", cure: "Compare the secrets." });
  expect(warned).toEqual(["the ingress shop/io works and needs a look: a wrong signature. Compare the secrets."]);
  clock.set(clock.nowMs() + dayMs);
  expect(supervisor.views()[0]?.note?.what).toBe("a wrong signature");
  clock.set(clock.nowMs() + minuteMs);
  expect(supervisor.views()[0]?.note).toBeUndefined();
  await supervisor.close();
});

test("a record that holds up others is written to the log, with cause and cure", async () => {
  const { said, supervisor, warned } = await standThatNotes();
  said.slowed({ what: "orders: the topic is not there", cure: "Create it" });
  said.slowed({ what: "orders: the topic is not there", cure: "Create it" });
  expect(warned).toEqual(["the ingress shop/io is held back: orders: the topic is not there. Create it."]);
  await supervisor.close();
});
