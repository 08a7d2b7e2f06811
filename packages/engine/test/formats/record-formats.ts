/**
 * `node packages/engine/test/formats/record-formats.ts`: records a store and a savepoint of the formats in force, with what they hold, into
 * recorded/. A released format is recorded once and then kept: the script refuses to overwrite one.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeFormatVersion } from "../../src/core/store-record.ts";
import type { InvocationOutcome, InvocationRequest } from "../../src/model/invocation.ts";
import type { Effects } from "../../src/model/effects.ts";
import { savepointFormatVersion } from "../../src/model/savepoint-rows.ts";
import { readSavepointFile } from "../../src/adapters/savepoint-read.ts";
import { contentOf, openRecorded, plain } from "./recorded-engine.ts";

const folder = join(import.meta.dirname, "recorded");
const storeFolder = join(folder, `store-${storeFormatVersion}`);
const savepointPath = join(folder, `savepoint-${savepointFormatVersion}.savepoint`);
mkdirSync(folder, { recursive: true });

const text = (value: string) => ({ typename: "io.statefun.types/string", bytes: new TextEncoder().encode(value) });
const specs = [
  { name: "seen", typename: "io.statefun.types/string", expiration: { mode: "none" as const, afterMs: 0 } },
  { name: "soon", typename: "io.statefun.types/string", expiration: { mode: "after-write" as const, afterMs: 3_600_000 } },
];

/** What each message asks the function to do. */
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
        { kind: "send-after", delayMs: 10 ** 12, target, value: text("untold"), cancellationToken: "" },
      ],
      egress: [{ egress: "shop/out", value: text("out") }],
    },
    fail: { egress: [{ egress: "shop/nowhere", value: text("lost") }] },
  };
  const nothing: Effects = { mutations: [], messages: [], delayed: [], egress: [] };
  return { kind: "reply", reply: { kind: "completed", effects: { ...nothing, ...(effects[word] ?? { mutations }) } } };
}

const dataDir = mkdtempSync(join(tmpdir(), "signalbox-record-"));
const engine = await openRecorded(dataDir, answer);
const send = (id: string, word: string, idempotencyKey?: string) =>
  engine.accept({ target: { type: "shop/cart", id }, value: text(word), idempotencyKey });
await send("anna", "work", "once");
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
await engine.settled();
const taken = join(dataDir, "taken.savepoint");
await engine.takeSavepoint(taken);
const content = await contentOf(engine);
const file = await readSavepointFile(taken);
const rows = plain([...file.rows]);
file.close();
await engine.stop();

if (existsSync(storeFolder)) console.log(`kept: ${storeFolder} is there already; raise storeFormatVersion to record another`);
else {
  cpSync(dataDir, storeFolder, {
    recursive: true,
    filter: (source) => !source.endsWith(".savepoint") && !/\/(gateway\.lock|gateway\.pid|LOCK|LOG|LOG\.old)$/.test(source),
  });
  writeFileSync(join(folder, `store-${storeFormatVersion}.json`), `${JSON.stringify(content, null, 1)}\n`);
  console.log(`recorded ${storeFolder}`);
}
if (existsSync(savepointPath)) console.log(`kept: ${savepointPath} is there already; raise savepointFormatVersion to record another`);
else {
  copyFileSync(taken, savepointPath);
  writeFileSync(join(folder, `savepoint-${savepointFormatVersion}.json`), `${JSON.stringify(rows, null, 1)}\n`);
  console.log(`recorded ${savepointPath}`);
}
rmSync(dataDir, { recursive: true });
