/**
 * An erasure leaves nothing of the erased values in the files of a real data directory, wherever they were, and keeps the same values of
 * others. The files are searched byte by byte, also before the erasure, so that the search is known to find them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Engine } from "../src/engine.ts";
import type { Effects } from "@signalbox/runtime/model/effects";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { headersText } from "@signalbox/runtime/model/message-headers";
import { openRecorded } from "./formats/recorded-engine.ts";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "signalbox-erasure-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const text = (value: string) => ({ typename: "io.statefun.types/string", bytes: new TextEncoder().encode(value) });
const cart = (id: string) => ({ type: "shop/cart", id });
const states = [{ name: "seen", typename: "io.statefun.types/string", expiration: { mode: "none" as const, afterMs: 0 } }];
const none: Effects = { mutations: [], messages: [], delayed: [], egress: [] };

/** Keeps the value that it is sent, and passes it on in every possible way; "fail" parks it. */
function answer({ inputs, state, target }: InvocationRequest): InvocationOutcome {
  if (state.length === 0) return { kind: "reply", reply: { kind: "incomplete", missing: states } };
  const word = new TextDecoder().decode(inputs.at(-1)?.value.bytes);
  if (word.startsWith("fail"))
    return { kind: "reply", reply: { kind: "completed", effects: { ...none, egress: [{ egress: "shop/nowhere", value: text(word) }] } } };
  if (target.type !== "shop/cart") return { kind: "reply", reply: { kind: "completed", effects: none } };
  const caller = inputs.at(-1)?.caller;
  const effects: Effects = {
    mutations: [{ kind: "modify", name: "seen", value: text(`state ${word}`) }],
    messages: [
      { target: { type: "shop/stock", id: "paused" }, value: text(`sent ${word}`) },
      ...(caller === undefined ? [] : [{ target: caller, value: text(`answer ${word}`) }]),
    ],
    delayed: [
      {
        kind: "send-after",
        delayMs: 10 ** 12,
        target: { type: "shop/stock", id: "later" },
        value: text(`later ${word}`),
        cancellationToken: `token ${word}`,
      },
    ],
    egress: [{ egress: "shop/out", value: text(`out ${word}`) }],
  };
  return { kind: "reply", reply: { kind: "completed", effects } };
}

const headers = (word: string) => headersText([["tenant", word]]);

async function live(engine: Engine, id: string, marker: string): Promise<void> {
  await engine.accept({ target: cart(id), value: text(`first ${marker}`), headers: headers(marker) });
  await engine.settled();
  await engine.accept({ target: cart(id), value: text(`called ${marker}`), wantsAnswer: "one" });
  await engine.settled();
  await engine.accept({ target: cart(id), value: text(`fail ${marker}`) });
  await engine.settled();
  await engine.accept({ target: cart(id), value: text(`waits ${marker}`) });
}

/** Returns how often the text occurs in the files of the directory, for each file that has it. */
function found(marker: string): string[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    const times = bytes.toString("latin1").split(marker).length - 1;
    return times === 0 ? [] : [`${entry.name}: ${times}`];
  });
}

const gone = "Zq7#anna-marker-9Kx";
const kept = "Vw3#bert-marker-2Lm";

test.each([1, 3])("no file holds a value of the erased entity, with %s partitions, and other entities keep theirs", async (partitions) => {
  const engine = await openRecorded(dataDir, { answer, partitions });
  await engine.accept({ target: { type: "shop/stock", id: "paused" }, value: text("hello") });
  await engine.settled();
  await engine.act({ kind: "one", address: { type: "shop/stock", id: "paused" } }, { kind: "pause" });
  await live(engine, "anna", gone);
  await live(engine, "bert", kept);
  // This is more than one batch of an erasure.
  await Promise.all(
    Array.from({ length: 1_200 }, (_, number) => engine.accept({ target: cart("anna"), value: text(`${gone} ${number}`) })),
  );
  await engine.settled();
  expect(found(gone)).not.toEqual([]);
  const targets = [{ type: undefined, id: "anna" }];
  const expected = await engine.countErasable(targets);
  const counts = await engine.erase({ id: "e1", targets });
  expect(counts).toEqual(expected);
  expect(counts).toMatchObject({ delayedMessages: 2, egressRecords: 2 });
  expect(found(gone)).toEqual([]);
  expect(found(kept)).not.toEqual([]);
  expect(engine.status()).toMatchObject({ parkedEntities: 1, delayedMessages: 2 });
  await engine.stop();
  expect(found(gone)).toEqual([]);
  const again = await openRecorded(dataDir, { answer, partitions });
  expect(await again.countErasable(targets)).toMatchObject({ states: 0, messages: 0, journalRecords: 0 });
  expect((await again.entity(cart("bert")))?.mailbox).toHaveLength(2);
  await again.stop();
});
