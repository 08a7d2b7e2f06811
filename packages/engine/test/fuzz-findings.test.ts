/** Hostile replies and savepoint files once broke these places (`npm run fuzz -- --seed 1`); each test states the present behaviour. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FromFunction, toBits64 } from "@signalbox/proto";
import { inspectSavepointFile } from "../src/adapters/savepoint/savepoint-inspect.ts";
import { decodeFromFunction } from "../src/adapters/wire/wire-decode.ts";
import { BytesReader, BytesWriter } from "../src/core/store/bytes-writer.ts";
import { entityPart, storeKey } from "../src/core/store/store-key.ts";
import { decodeRecord } from "../src/core/store/store-record.ts";
import { CoreHarness } from "./core-harness.ts";
import { cancel, cart, modify, sendAfter, stock, textType } from "./core-samples.ts";

function expiration(mode: number, afterMs: bigint): Uint8Array {
  const expirationSpec = { mode, expireAfterMillis: toBits64(afterMs) as never };
  return FromFunction.encode({
    incompleteInvocationContext: { missingValues: [{ stateName: "seen", typeTypename: "n/v", expirationSpec }] },
  }).finish();
}

describe("a declared state", () => {
  test("with a negative expiration is refused: stored, it would make the store unreadable", () => {
    expect(decodeFromFunction(expiration(1, -5n))).toEqual({
      kind: "error",
      code: "REPLY_MALFORMED",
      reason: "state seen expires after -5 ms; declare at least 1 ms, or no expiration",
    });
  });

  test("that never expires has no time of expiration, whatever number comes with it", () => {
    expect(decodeFromFunction(expiration(0, -5n))).toMatchObject({
      kind: "ok",
      reply: { missing: [{ name: "seen", expiration: { mode: "none", afterMs: 0 } }] },
    });
  });

  test.each(["after-write", "after-invoke"] as const)(
    "that expires %s the end of time stays within what a savepoint holds",
    async (mode) => {
      const expires = { mode, afterMs: Number.MAX_SAFE_INTEGER };
      const core = await CoreHarness.withStates([{ name: "value", typename: textType, expiration: expires }]);
      await core.send(cart("anna"), "go");
      await core.complete({ mutations: [modify("kept")] });
      await core.sync();
      const stored = core.disk.get(storeKey.state(entityPart("shop/cart", "anna"), "value"));
      expect(stored && decodeRecord.state(stored).expiresMs).toBe(2 ** 52 - 1);
    },
  );
});

test("a delayed message that was sent to the end of time can be cancelled after a restart", async () => {
  const core = await CoreHarness.withStates([]);
  await core.send(cart("anna"), "go");
  await core.complete({ delayed: [sendAfter(stock("x"), Number.MAX_SAFE_INTEGER, { token: "t" })] });
  await core.sync();
  await core.restart();
  await core.send(cart("anna"), "stop");
  await core.complete({ delayed: [cancel("t")] });
  await core.sync();
  expect(await core.rows("t")).toEqual([]);
});

test("a text that begins with a byte order mark reads back whole", () => {
  const writer = new BytesWriter();
  const text = `\ufeff${"anna".repeat(10)}`;
  writer.text(text);
  expect(new BytesReader(writer.take()).text()).toBe(text);
});

describe("a savepoint file", () => {
  let path = "";
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), "signalbox-findings-")), "by-hand.savepoint");
  });
  afterEach(() => rmSync(dirname(path), { recursive: true, force: true }));

  const write = (sql: string): void => {
    const database = new Database(path);
    database.exec("CREATE TABLE savepoint (format_version, epoch, next_sequence); CREATE TABLE state (type, id, name, typename, value);");
    database.exec(sql);
    database.close();
  };

  test.each([
    ["next_sequence", "INSERT INTO savepoint VALUES (1, NULL, 9007199254740991)"],
    ["epoch", "INSERT INTO savepoint VALUES (1, 9007199254740991, NULL)"],
  ])("whose %s leaves no room is refused: two messages would get the same number", (name, sql) => {
    write(sql);
    expect(() => inspectSavepointFile(path, undefined)).toThrow(`${name} is 9007199254740991, which leaves no room`);
  });

  test("with half of a caller's address is refused before its rows are read", () => {
    write(
      "INSERT INTO savepoint VALUES (1, NULL, NULL); CREATE TABLE message (sequence, caller_type, target_type, target_id, typename, value)",
    );
    expect(() => inspectSavepointFile(path, undefined)).toThrow("table message lacks caller_id");
  });

  test("with a key of megabytes is refused in few words", () => {
    write("INSERT INTO savepoint VALUES (1, NULL, NULL); INSERT INTO state (id, value) VALUES (hex(zeroblob(1000000)), 1)");
    let message = "";
    try {
      inspectSavepointFile(path, undefined);
    } catch (error) {
      message = error instanceof Error ? error.message : "";
    }
    expect(message.length).toBeGreaterThan(10);
    expect(message.length).toBeLessThanOrEqual(1001);
  });
});
