/**
 * `node packages/engine/test/formats/record-formats.ts [folder]`: records a store and a savepoint of the formats in force, of one partition
 * and of several, with what they hold, into recorded/ or another folder. A released format is recorded once and then kept: the script
 * refuses to overwrite one. Neighbours: recorded-formats.test.ts reads the recordings, recorded-anew.test.ts runs the script.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeFormatOf } from "../../src/core/store/store-format.ts";
import type { Engine } from "../../src/engine.ts";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Effects } from "@signalbox/runtime/model/effects";
import { headersText } from "@signalbox/runtime/model/message-headers";
import { absentValue } from "@signalbox/runtime/model/typed-value";
import { savepointFormatVersion } from "../../src/model/savepoint-rows.ts";
import { readSavepointFile } from "../../src/adapters/savepoint/savepoint-read.ts";
import { contentOf, openRecorded, partitionsOfSeveral, plain } from "./recorded-engine.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "recorded");

const text = (value: string) => ({ typename: "io.statefun.types/string", bytes: new TextEncoder().encode(value) });
const specs = [
  { name: "seen", typename: "io.statefun.types/string", expiration: { mode: "none" as const, afterMs: 0 } },
  { name: "soon", typename: "io.statefun.types/string", expiration: { mode: "after-write" as const, afterMs: 3_600_000 } },
];

/** What each message tells the function to do. */
function answer({ inputs, state }: InvocationRequest): InvocationOutcome {
  if (state.length === 0) return { kind: "reply", reply: { kind: "incomplete", missing: specs } };
  const word = new TextDecoder().decode(inputs[0]?.value.bytes);
  const target = { type: "shop/stock", id: "käse 🧀" };
  const mutations = [
    { kind: "modify" as const, name: "seen", value: text(word) },
    { kind: "modify" as const, name: "soon", value: text("") },
  ];
  const effects: Record<string, Partial<Effects>> = {
    work: {
      mutations,
      messages: [{ target, value: text("sent") }],
      delayed: [
        { kind: "send-after", delayMs: 10 ** 12, target, value: text("later"), cancellationToken: "token" },
        { kind: "send-after", delayMs: 10 ** 12, target, value: absentValue("shop/none"), cancellationToken: "" },
      ],
      egress: [{ egress: "shop/out", value: text("out") }],
      codeVersion: "käse-4f2a91c",
    },
    fail: { egress: [{ egress: "shop/nowhere", value: text("lost") }] },
  };
  const nothing: Effects = { mutations: [], messages: [], delayed: [], egress: [] };
  return { kind: "reply", reply: { kind: "completed", effects: { ...nothing, ...(effects[word] ?? { mutations }) } } };
}

const crowd = 60;

async function fill(engine: Engine): Promise<void> {
  const headers = headersText([
    ["tenant", "käse"],
    ["raw", { base64: "/w==" }],
    ["traceparent", `00-${"a1".repeat(16)}-${"b2".repeat(8)}-01`],
  ]);
  const send = (id: string, word: string, idempotencyKey?: string) =>
    engine.accept({
      target: { type: "shop/cart", id },
      value: text(word),
      headers: id.startsWith("crowd") ? undefined : headers,
      idempotencyKey,
    });
  await send("anna", "work", "once");
  await send("käse", "come", "once");
  await send("parked", "fail");
  await engine.settled();
  await send("parked", "behind");
  await send("paused", "first");
  await engine.settled();
  await engine.act({ kind: "one", address: { type: "shop/cart", id: "paused" } }, { kind: "pause" });
  await send("paused", "waits");
  await engine.acceptBatch({
    producer: "till",
    messages: [{ sequence: 7, message: { target: { type: "shop/cart", id: "till" }, value: text("sold") } }],
  });
  const from = { target: { type: "shop/cart", id: "ingress" }, value: text("read") };
  await engine.acceptBatch({
    producer: "shop/in 0",
    previousSequence: 0,
    messages: [{ sequence: 1, message: from }],
    position: { sequence: 1, text: "käse/0 @ 41" },
  });
  await engine.settled();
  // They go in one turn, so that they share a block of the journal with a directory.
  await Promise.all(Array.from({ length: crowd }, (_, number) => send(`crowd-${number}`, "come")));
  await engine.settled();
  await send("gone", "come");
  await engine.settled();
  await engine.erase({ id: "e1", targets: [{ type: undefined, id: "gone" }] });
  // An erasure fills a new store, so the next messages are in its log.
  await send("logged", "come");
  await send("paused", "last");
  await engine.settled();
}

/** A store of one partition comes with a savepoint; that of several partitions would be the same file. */
async function record(partitions: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "signalbox-record-"));
  const engine = await openRecorded(dataDir, { answer, partitions });
  await fill(engine);
  const taken = join(dataDir, "taken.savepoint");
  await engine.takeSavepoint(taken, {
    pauseEnds: () => [{ address: { type: "shop/cart", id: "paused" }, by: "käse", sinceMs: 0, untilMs: 10 ** 13 }],
  });
  const content = await contentOf(engine);
  // It is copied before the stop, because nothing is left in the log afterwards.
  keepStore(dataDir, storeFormatOf(partitions), content);
  await keepSavepoint(taken, partitions === 1 ? "" : "-of-several");
  await engine.stop();
  rmSync(dataDir, { recursive: true });
}

function keepStore(dataDir: string, version: number, content: unknown): void {
  const kept = join(folder, `store-${version}`);
  if (existsSync(kept))
    return console.log(`kept: ${kept} is there already; raise its version in core/store/store-format.ts to record another`);
  cpSync(dataDir, kept, {
    recursive: true,
    filter: (source) => !source.endsWith(".savepoint") && !/\/(gateway\.lock|gateway\.pid|LOCK|LOG|LOG\.old)$/.test(source),
  });
  writeFileSync(`${kept}.json`, `${JSON.stringify(content, null, 1)}\n`);
  console.log(`recorded ${kept}`);
}

async function keepSavepoint(taken: string, kind: "" | "-of-several"): Promise<void> {
  const kept = join(folder, `savepoint-${savepointFormatVersion}${kind}`);
  if (existsSync(`${kept}.savepoint`))
    return console.log(`kept: ${kept}.savepoint is there already; raise savepointFormatVersion to record another`);
  const file = await readSavepointFile(taken);
  copyFileSync(taken, `${kept}.savepoint`);
  writeFileSync(`${kept}.json`, `${JSON.stringify(plain([...file.rows]), null, 1)}\n`);
  file.close();
  console.log(`recorded ${kept}.savepoint`);
}

mkdirSync(folder, { recursive: true });
await record(1);
await record(partitionsOfSeveral);
