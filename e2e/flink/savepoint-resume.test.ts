/**
 * A StateFun job resumes from a converted savepoint: its functions see their state, get their waiting messages in order and their timers,
 * can cancel by token, and values end when they would have ended here. Then the job's own savepoint comes back, with what it had in flight.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import statefunSdk from "apache-flink-statefun";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runMove, toolCommand } from "@signalbox/flink";
import { checkSavepointFile } from "../../packages/engine/src/adapters/savepoint/savepoint-read.ts";
import { savepointFile, tableSql } from "../../packages/flink/test/savepoint/savepoint-files.ts";
import { until } from "../stack/until.ts";
import { BareCluster } from "./bare-cluster.ts";
import { fetchFlink, whyNoFlink } from "./flink-here.ts";

const { StateFun } = statefunSdk;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const waitMsMax = 120_000;

/** What the function saw, in the order of its calls. */
interface Seen {
  readonly id: string;
  readonly text: string;
  readonly count: number | null;
  readonly seen: string | null;
}

const calls: Seen[] = [];
const held = Promise.withResolvers<void>();

function keeper() {
  const statefun = new StateFun();
  statefun.bind({
    typename: "shop/keeper",
    specs: [
      { name: "count", type: StateFun.intType() },
      { name: "seen", type: StateFun.stringType(), expireAfterWrite: hourMs },
    ],
    async fn(context, message) {
      const text = message.asString();
      const { count, seen } = context.storage as { count: number | null; seen: string | null };
      calls.push({ id: context.self.id, text: text ?? "", count, seen });
      if (text === "cancel") context.cancelDelayedMessage("cancelled");
      if (text === "hold") await held.promise;
      context.storage["count"] = (count ?? 0) + 1;
    },
  });
  const handler = statefun.handler();
  const server = createServer((request, response) => void handler(request, response));
  return { server, listen: () => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)) };
}

const int = (n: number): Buffer => Buffer.from([0x0d, n, 0, 0, 0]);
const string = (text: string): Buffer => Buffer.from([0x0a, text.length, ...Buffer.from(text)]);

describe.skipIf(whyNoFlink !== undefined)(`a job from a converted savepoint${whyNoFlink === undefined ? "" : ` (${whyNoFlink})`}`, () => {
  let folder = "";
  const functions = keeper();
  beforeAll(async () => {
    await fetchFlink();
    folder = mkdtempSync(join(tmpdir(), "signalbox-resume-"));
    await functions.listen();
  }, 180_000);
  afterAll(() => {
    held.resolve();
    functions.server.close();
    rmSync(folder, { recursive: true });
  });
  const tool = () => ({ tool: toolCommand(process.env), scratchFolder: folder, nowMs: Date.now(), dryRun: false });
  const signal = new AbortController().signal;

  function file(): string {
    const nowMs = Date.now();
    const path = savepointFile(join(folder, "laptop.savepoint"), tableSql.message, tableSql.delayed, tableSql.spec);
    const database = new Database(path);
    database.exec(`INSERT INTO state_spec VALUES ('shop/keeper', 'count', 'io.statefun.types/int', 'none', 0),
      ('shop/keeper', 'seen', 'io.statefun.types/string', 'after-write', ${hourMs})`);
    const state = database.prepare("INSERT INTO state VALUES ('shop/keeper', ?, ?, ?, ?, ?, ?)");
    state.run("anna", "count", "io.statefun.types/int", int(40), nowMs, null);
    state.run("bert", "seen", "io.statefun.types/string", string("young"), nowMs - hourMs / 2, nowMs + hourMs / 2);
    state.run("carl", "seen", "io.statefun.types/string", string("endless"), nowMs - dayMs, null);
    // This value expires while the job starts, or a second later, and before its timer.
    state.run("dora", "seen", "io.statefun.types/string", string("old"), nowMs + 15_000 - hourMs, nowMs + 15_000);
    const message = database.prepare("INSERT INTO message VALUES (?, ?, ?, 'shop/keeper', ?, 'io.statefun.types/string', ?)");
    for (const [sequence, text] of [
      [1, "first"],
      [2, "second"],
      [4, "third"],
    ] as const)
      message.run(sequence, null, null, "anna", string(text));
    message.run(3, "shop/keeper", "anna", "bert", string("look"));
    message.run(5, null, null, "carl", string("look"));
    message.run(6, null, null, "anna", string("cancel"));
    const delayed = database.prepare(
      "INSERT INTO delayed_message VALUES (?, 'shop/keeper', ?, 'shop/keeper', ?, 'io.statefun.types/string', ?, ?, ?)",
    );
    delayed.run(7, "anna", "anna", string("timer"), nowMs + 5_000, "");
    delayed.run(8, "dora", "dora", string("look"), nowMs + 16_000, "");
    delayed.run(9, "eva", "eva", string("hold"), nowMs + 17_000, "");
    delayed.run(10, "eva", "eva", string("behind"), nowMs + 17_001, "");
    delayed.run(11, "anna", "anna", string("never"), nowMs + dayMs, "cancelled");
    delayed.run(12, "anna", "anna", string("tomorrow"), nowMs + dayMs, "kept");
    database.close();
    return path;
  }

  test("sees its state, its messages in order, its timers and its ends, and repeats the calls that were in flight", async () => {
    await using cluster = await BareCluster.start(join(folder, "cluster"));
    const before = file();
    const directory = join(folder, "moved");
    const there = await runMove({ direction: "flink", path: before, directory, maxParallelism: 128, accept: [], ...tool() }, { signal });
    expect(there).toMatchObject({ moved: { values: 4, messages: 6, delayedMessages: 6 }, check: { isEqual: true } });

    const { port } = functions.server.address() as AddressInfo;
    const job = await cluster.run("shop/*", `http://127.0.0.1:${port}/statefun`, directory);
    const came = (id: string) => calls.filter((call) => call.id === id);
    await until(async () => came("eva").length > 0 || (await cluster.failures(job)) !== "", {
      what: "the held call",
      timeoutMs: waitMsMax,
    });
    expect(await cluster.failures(job)).toBe("");
    expect(came("anna").map(({ text, count }) => [text, count])).toEqual([
      ["first", 40],
      ["second", 41],
      ["third", 42],
      ["cancel", 43],
      ["timer", 44],
    ]);
    expect(came("bert")).toMatchObject([{ text: "look", seen: "young" }]);
    expect(came("carl")).toMatchObject([{ text: "look", seen: "endless" }]);
    expect(came("dora")).toMatchObject([{ text: "look", seen: null }]);

    const native = await cluster.savepoint(job, { folder: join(folder, "native"), format: "NATIVE", cancel: false });
    const back = join(folder, "back.savepoint");
    const toEmbedded = (from: string) =>
      runMove({ direction: "embedded", directory: from, path: back, specsOf: before, types: ["shop/keeper"], ...tool() }, { signal });
    await expect(toEmbedded(native)).rejects.toMatchObject({ code: "FLINK_SAVEPOINT_NATIVE", cure: expect.stringContaining("CANONICAL") });

    const taken = await cluster.savepoint(job, { folder: join(folder, "taken"), format: "CANONICAL", cancel: true });
    held.resolve();
    const { moved, plan } = await toEmbedded(taken);
    expect(moved).toEqual({ values: expect.any(Number), messages: 2, delayedMessages: 1 });
    expect(plan.items.find(({ what }) => what === "in-flight")?.count).toBe(1);
    await checkSavepointFile(back);
    const database = new Database(back, { readonly: true });
    const rows = (sql: string): unknown[] => database.prepare(sql).raw().all();
    expect(rows("SELECT id, hex(value) FROM state WHERE name = 'count' ORDER BY id")).toEqual([
      ["anna", "0D2D000000"],
      ["bert", "0D01000000"],
      ["carl", "0D01000000"],
      ["dora", "0D01000000"],
    ]);
    const [[ends] = []] = new Database(before, { readonly: true })
      .prepare("SELECT expires_ms FROM state WHERE id = 'bert'")
      .raw()
      .all() as [number][];
    expect(rows("SELECT id, expires_ms FROM state WHERE name = 'seen' AND id IN ('bert', 'carl') ORDER BY id")).toEqual([
      ["bert", ends],
      ["carl", null],
    ]);
    expect(
      rows("SELECT target_type, target_id, caller_type, caller_id, CAST(substr(value, 3) AS TEXT) FROM message ORDER BY sequence"),
    ).toEqual([
      ["shop/keeper", "eva", "shop/keeper", "eva", "hold"],
      ["shop/keeper", "eva", "shop/keeper", "eva", "behind"],
    ]);
    expect(rows("SELECT target_id, token, CAST(substr(value, 3) AS TEXT) FROM delayed_message")).toEqual([["anna", "kept", "tomorrow"]]);
    database.close();
  }, 400_000);
});
