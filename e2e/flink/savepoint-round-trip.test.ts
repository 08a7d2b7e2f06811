/** A savepoint becomes a Flink savepoint and a savepoint again, equal entity by entity, by the real State Processor; what is no savepoint is refused. */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareSavepoints, runMove, toolCommand, type MoveProgress, type MoveResult } from "@signalbox/flink";
import { checkSavepointFile } from "../../packages/engine/src/adapters/savepoint/savepoint-read.ts";
import { savepointFile, tableSql } from "../../packages/flink/test/savepoint/savepoint-files.ts";
import { fetchFlink, whyNoFlink } from "./flink-here.ts";

const nowMs = 1_800_000_000_000;
const hourMs = 3_600_000;

describe.skipIf(whyNoFlink !== undefined)(`savepoints to Flink and back${whyNoFlink === undefined ? "" : ` (${whyNoFlink})`}`, () => {
  let folder = "";
  let next = 0;
  beforeAll(async () => {
    await fetchFlink();
    folder = mkdtempSync(join(tmpdir(), "signalbox-flink-"));
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  const fresh = (what: string): string => join(folder, `${++next}.${what}`);

  interface There {
    readonly accept?: readonly string[];
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: MoveProgress) => void;
    readonly directory?: string;
  }

  function toFlink(
    path: string,
    { accept = [], signal = new AbortController().signal, onProgress, directory = fresh("flink") }: There = {},
  ) {
    const task = {
      direction: "flink",
      dryRun: false,
      tool: toolCommand(process.env),
      scratchFolder: folder,
      nowMs,
      path,
      directory,
      maxParallelism: 128,
      accept,
    } as const;
    return runMove(task, { signal, onProgress }).then((result) => ({ ...result, directory }));
  }

  function back(
    directory: string,
    { specsOf, dryRun = false, types = [] }: { specsOf?: string; dryRun?: boolean; types?: readonly string[] } = {},
  ) {
    const path = fresh("savepoint");
    const task = {
      direction: "embedded",
      dryRun,
      tool: toolCommand(process.env),
      scratchFolder: folder,
      nowMs,
      path,
      directory,
      specsOf,
      types,
    } as const;
    return runMove(task, { signal: new AbortController().signal }).then((result: MoveResult) => ({ ...result, path }));
  }

  /** Writes one of everything that moves, with odd cases: dots, empty ids, no bytes, umlauts, NULs, many messages of one mailbox. */
  function oneOfEach(): string {
    const path = savepointFile(fresh("savepoint"), tableSql.message, tableSql.delayed, tableSql.spec);
    const database = new Database(path);
    const state = database.prepare("INSERT INTO state VALUES (?, ?, ?, ?, ?, ?, ?)");
    database.exec(`INSERT INTO state_spec VALUES ('shop/cart', 'seen', 'io.statefun.types/long', 'after-write', ${hourMs}), ('com.example.a/b.c', 'd.e', 't/t', 'none', 0),
      ('shop/cart', 'called', 't/t', 'after-invoke', ${hourMs})`);
    for (const id of ["anna", "", "ü€😀", "nul\u0000inside", "x".repeat(3000)]) {
      state.run("shop/cart", id, "items", "shop/items", Buffer.from(`{"of":"${id.length}"}`), nowMs - 5, null);
      state.run("shop/cart", id, "empty", "io.statefun.types/int", Buffer.alloc(0), nowMs - 5, null);
      state.run("shop/cart", id, "seen", "io.statefun.types/long", Buffer.from([9, 1, 0, 0, 0, 0, 0, 0, 0]), nowMs - 7, nowMs - 7 + hourMs);
      state.run("com.example.a/b.c", id, "d.e", "t/t", Buffer.from([1, 2, 3]), nowMs, null);
    }
    state.run("shop/cart", "endless", "seen", "io.statefun.types/long", Buffer.alloc(0), nowMs - 9, null);
    state.run("shop/cart", "used", "called", "t/t", Buffer.from("v"), nowMs - 99, nowMs - 1 + hourMs);
    state.run("shop/cart", "over", "seen", "io.statefun.types/long", Buffer.alloc(0), nowMs - hourMs, nowMs);
    state.run("shop/cart", "large", "items", "shop/items", Buffer.alloc(2_000_000, 7), nowMs, null);
    const message = database.prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (let sequence = 1; sequence <= 600; sequence++) {
      const caller = sequence % 3 === 0 ? [null, null] : ["shop/cart", `caller-${sequence % 2}`];
      message.run(
        sequence,
        ...caller,
        sequence % 2 === 0 ? "shop/cart" : "shop/mail",
        `id-${sequence % 7}`,
        "t/t",
        sequence % 11 === 0 ? null : Buffer.from(`m${sequence}`),
      );
    }
    const delayed = database.prepare("INSERT INTO delayed_message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (let sequence = 601; sequence <= 700; sequence++)
      delayed.run(
        sequence,
        "shop/cart",
        `id-${sequence % 5}`,
        "shop/mail",
        "later",
        "t/t",
        Buffer.from(`d${sequence}`),
        sequence === 601 ? 0 : nowMs + (sequence % 4),
        sequence % 3 === 0 ? `token-${sequence}` : "",
      );
    database.close();
    return path;
  }

  test("equal entity by entity: values, ends, mailboxes in their order, delayed messages with their tokens", async () => {
    const before = oneOfEach();
    const phases = new Set<string>();
    const there = await toFlink(before, { onProgress: ({ phase }) => phases.add(phase) });
    expect(there.moved).toEqual({ values: 23, messages: 600, delayedMessages: 100 });
    expect(there.check).toMatchObject({ isEqual: true, values: 23, messages: 600, delayedMessages: 100 });
    expect([...phases]).toEqual(expect.arrayContaining(["sealing", "checking"]));
    const { path, plan } = await back(there.directory, { specsOf: before });
    expect(compareSavepoints({ before, after: path, nowMs, endsCount: true })).toMatchObject({ isEqual: true, differences: [] });
    // What came back is a savepoint by the engine's own rules.
    expect(await checkSavepointFile(path)).toMatchObject({ messages: 600, delayedMessages: 100 });
    expect(plan.items.map(({ what }) => what)).not.toContain("types-guessed");
    expect(readdirSync(folder).filter((name) => name.startsWith(".move-"))).toEqual([]);
  });

  test("100 000 entities go there and come back equal", async () => {
    const before = savepointFile(
      fresh("savepoint"),
      tableSql.spec,
      "INSERT INTO state_spec VALUES ('shop/cart', 'seen', 't/t', 'after-write', 1000);",
    );
    const database = new Database(before);
    const state = database.prepare("INSERT INTO state VALUES ('shop/cart', ?, ?, 't/t', ?, ?, ?)");
    database.transaction(() => {
      for (let index = 0; index < 100_000; index++) {
        const expires = index % 3 === 0;
        state.run(
          `cart-${index}`,
          expires ? "seen" : "items",
          Buffer.from(`value ${index}`),
          nowMs,
          expires ? nowMs + 1 + (index % 1000) : null,
        );
      }
    })();
    database.close();
    const { directory, moved, check } = await toFlink(before);
    expect([moved?.values, check?.isEqual]).toEqual([100_000, true]);
    const { path } = await back(directory, { specsOf: before });
    expect(compareSavepoints({ before, after: path, nowMs, endsCount: true })).toMatchObject({ isEqual: true, values: 100_000 });
  }, 180_000);

  test("without the registrations of functions, ends and dotted types are named as unknown; a dry run writes nothing", async () => {
    const { directory } = await toFlink(oneOfEach());
    const { plan, moved, path } = await back(directory, { dryRun: true });
    const counts = Object.fromEntries(plan.items.map(({ what, fate, count }) => [what, `${fate} ${count}`]));
    expect(counts).toMatchObject({
      values: "moves 23",
      "ends-unknown": "changes 6",
      "types-guessed": "changes 1",
      "cancellation-tokens": "moves 33",
    });
    expect(moved).toBeNull();
    expect(existsSync(path)).toBe(false);
  });

  test("an obstacle is refused with its entity, and nothing is left; an accepted one is left behind", async () => {
    const blocked = savepointFile(fresh("savepoint"), tableSql.entity, "INSERT INTO entity VALUES ('shop/cart', 'anna', 'parked');");
    const directory = fresh("flink");
    await expect(toFlink(blocked, { directory })).rejects.toMatchObject({
      code: "MOVE_BLOCKED",
      message: expect.stringContaining("shop/cart/anna"),
    });
    expect(existsSync(directory) || existsSync(`${directory}.part`)).toBe(false);
    expect((await toFlink(blocked, { accept: ["parked"] })).check?.isEqual).toBe(true);
  });

  test("a file that is not a savepoint, or not all of one, is refused with the cure", async () => {
    await expect(back(fresh("nowhere"))).rejects.toMatchObject({ code: "FLINK_SAVEPOINT_MISSING" });
    const foreign = mkdtempSync(join(folder, "foreign-"));
    writeFileSync(join(foreign, "_metadata"), "this is no savepoint at all");
    await expect(back(foreign)).rejects.toMatchObject({ code: "FLINK_SAVEPOINT_FOREIGN" });
    const { directory } = await toFlink(oneOfEach());
    const files = readdirSync(directory).filter((name) => name !== "_metadata");
    const damaged = (damage: (copy: string) => void): string => {
      const copy = fresh("damaged");
      cpSync(directory, copy, { recursive: true });
      damage(copy);
      return copy;
    };
    const [largest = ""] = files.toSorted((a, b) => statSync(join(directory, b)).size - statSync(join(directory, a)).size);
    const cut = damaged((copy) => truncateSync(join(copy, largest), Math.floor(statSync(join(copy, largest)).size / 2)));
    await expect(back(cut)).rejects.toMatchObject({ code: "FLINK_SAVEPOINT_CUT" });
    const lost = damaged((copy) => rmSync(join(copy, largest)));
    await expect(back(lost)).rejects.toMatchObject({ code: "FLINK_SAVEPOINT_CUT" });
    const headless = damaged((copy) => truncateSync(join(copy, "_metadata"), 40));
    await expect(back(headless)).rejects.toMatchObject({ code: "FLINK_SAVEPOINT_CUT" });
    expect(readdirSync(folder).filter((name) => name.startsWith(".move-"))).toEqual([]);
  });

  test("a move that is cancelled ends its JVM and leaves nothing", async () => {
    const cancel = new AbortController();
    const directory = fresh("flink");
    const moving = toFlink(oneOfEach(), { signal: cancel.signal, directory, onProgress: () => cancel.abort(new Error("enough")) });
    await expect(moving).rejects.toThrow("enough");
    expect(existsSync(directory) || existsSync(`${directory}.part`)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith(".move-"))).toEqual([]);
  });
});
