/** Stores and savepoints that older versions wrote open, and hold what they held (recorded/, made by record-formats.ts). */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openDataDirectory } from "../../src/adapters/leveldb/data-directory.ts";
import { levelStoreHome } from "../../src/adapters/leveldb/level-store-home.ts";
import { readSavepointFile } from "../../src/adapters/savepoint/savepoint-read.ts";
import { BytesWriter } from "../../src/core/store/bytes-writer.ts";
import { metaKey } from "../../src/core/store/store-key.ts";
import { storeFormatVersion, storeFormatVersionOfSeveral, storeFormatVersionOldest } from "../../src/core/store/store-format.ts";
import { decodeRecord, encodeRecord } from "../../src/core/store/store-record.ts";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import { text } from "../core-samples.ts";
import { contentOf, openRecorded, plain } from "./recorded-engine.ts";

const folder = join(import.meta.dirname, "recorded");
const recorded = readdirSync(folder);
const stores = recorded.filter((name) => /^store-\d+$/.test(name));
const savepoints = recorded.filter((name) => name.endsWith(".savepoint"));
const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
const neverAsked = {
  answer: (): InvocationOutcome => {
    throw new Error("nothing in the recorded store may be called again");
  },
};

let dataDir = "";
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function copyOf(store: string): string {
  dataDir = mkdtempSync(join(tmpdir(), "signalbox-recorded-"));
  cpSync(join(folder, store), dataDir, { recursive: true });
  return dataDir;
}

describe.each(stores)("the recorded %s", (store) => {
  test("opens and holds what it held", async () => {
    const engine = await openRecorded(copyOf(store), neverAsked);
    try {
      await engine.settled();
      expect(await contentOf(engine)).toEqual(json(store));
      const repeated = await engine.accept({
        target: { type: "shop/cart", id: "anna" },
        value: text("work"),
        idempotencyKey: "once",
      });
      expect(repeated.repeated).toBe(true);
    } finally {
      await engine.stop();
    }
  });
});

describe.each(savepoints)("the recorded %s", (name) => {
  test("reads as it was written, and restores", async () => {
    const path = join(folder, name);
    const file = await readSavepointFile(path);
    const rows = [...file.rows];
    expect(plain(rows)).toEqual(json(name.replace(".savepoint", "")));
    file.close();
    dataDir = mkdtempSync(join(tmpdir(), "signalbox-recorded-"));
    const engine = await openRecorded(dataDir, neverAsked);
    try {
      await engine.restoreSavepoint(path);
      const waitingMessages = rows.filter(({ kind }) => kind === "message").length;
      expect(engine.status()).toMatchObject({ waitingMessages, delayedMessages: 2, parkedEntities: 1, pausedEntities: 1 });
    } finally {
      await engine.stop();
    }
  });
});

test("a store of an unsupported version is refused with both versions and the cure", async () => {
  const path = copyOf(`store-${storeFormatVersion}`);
  const home = levelStoreHome(await openDataDirectory(path));
  const [store] = await home.openCurrent(1);
  if (store === undefined) throw new Error("no store");
  const meta = decodeRecord.meta(store.get(metaKey) ?? new Uint8Array(0));
  const newer = encodeRecord(new BytesWriter(), { kind: "meta", meta: { ...meta, formatVersion: storeFormatVersionOfSeveral + 1 } });
  await store.writeSynced([{ key: metaKey, value: newer }]);
  await store.close();
  home.close();
  await expect(openRecorded(path, neverAsked)).rejects.toMatchObject({
    name: "EngineError",
    code: expect.stringMatching(/^DATA_/),
    message: `the store has format ${storeFormatVersionOfSeveral + 1}, this version reads ${storeFormatVersionOldest} to ${storeFormatVersionOfSeveral}`,
    cure: expect.stringContaining("savepoint"),
  });
});
