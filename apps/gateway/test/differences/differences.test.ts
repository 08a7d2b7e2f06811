/**
 * Differences between two savepoint files, or between a file and the present state, compared with a count by hand. In pieces the result is
 * the same as at once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { able, compareUtf8, unable, type Capabilities, type EntityView } from "@signalbox/runtime";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DifferenceBudget, DifferenceScope, ListAnswer, Place, SideSource, TypeTally } from "../../src/differences/difference-job.ts";
import { Differences } from "../../src/differences/differences.ts";
import type { NowEngine } from "../../src/differences/now-pages.ts";

type Values = Readonly<Record<string, string>>;
/** By type, then by id. */
type World = Readonly<Record<string, Readonly<Record<string, Values>>>>;

const string = "io.statefun.types/string";
const never = new AbortController().signal;
const open: Differences[] = [];
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-differences-"));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((differences) => differences.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Waiting {
  readonly id: string;
  readonly text: string;
  readonly dueMs?: number;
}

/** With `byHand` the file has no keys, and texts that sort by other rules. */
function fileOf(name: string, world: World, { byHand = false, waiting = [] as readonly Waiting[] } = {}): SideSource {
  const path = join(folder, `${name}.savepoint`);
  const database = new Database(path);
  const key = byHand ? "" : ", PRIMARY KEY (type, id, name)";
  const text = byHand ? "TEXT COLLATE NOCASE" : "TEXT";
  database.exec("CREATE TABLE savepoint (format_version INTEGER NOT NULL, created_ms INTEGER); INSERT INTO savepoint VALUES (1, 1000)");
  database.exec(`CREATE TABLE state (type ${text}, id ${text}, name ${text}, typename TEXT, value BLOB, expires_ms INTEGER${key})`);
  const insert = database.prepare("INSERT INTO state VALUES (?, ?, ?, ?, ?, ?)");
  for (const [type, entities] of Object.entries(world).reverse())
    for (const [id, values] of Object.entries(entities))
      for (const [value, stored] of Object.entries(values))
        insert.run(type, id, value, string, Buffer.from(stored), stored === "ended" ? 999 : null);
  if (!byHand) {
    database.exec("CREATE TABLE message (sequence INTEGER PRIMARY KEY, target_type TEXT, target_id TEXT, typename TEXT, value BLOB)");
    database.exec(
      "CREATE TABLE delayed_message (sequence INTEGER PRIMARY KEY, caller_type TEXT, caller_id TEXT, target_type TEXT, target_id TEXT, typename TEXT, value BLOB, due_ms INTEGER)",
    );
    for (const [at, { id, text: value, dueMs }] of waiting.entries())
      if (dueMs === undefined)
        database.prepare("INSERT INTO message VALUES (?, 'shop/cart', ?, ?, ?)").run(at, id, string, Buffer.from(value));
      else
        database
          .prepare("INSERT INTO delayed_message VALUES (?, 'shop/cart', 'x', 'shop/cart', ?, ?, ?, ?)")
          .run(at, id, string, Buffer.from(value), dueMs);
  }
  database.close();
  return { kind: "file", path };
}

function nowOf(world: World): NowEngine {
  const view = (type: string, id: string): EntityView => ({
    address: { type, id },
    status: "idle",
    mailboxDepth: 0,
    state: Object.entries(world[type]?.[id] ?? {}).map(([name, text]) => ({
      name,
      value: { typename: string, bytes: new Uint8Array(Buffer.from(text)) },
      spec: undefined,
      writtenMs: undefined,
      expiresMs: undefined,
    })),
    mailbox: [],
    failure: undefined,
    attempts: 0,
    sinceMs: undefined,
    retryAtMs: undefined,
    waitReason: undefined,
  });
  return {
    functionTypes: () => Object.keys(world).map((type) => ({ type, waitingMessages: 3 })) as never,
    async entityViews({ type, prefix = "", cursor, limit }) {
      const ids = Object.keys(world[type] ?? {})
        .filter((id) => id.startsWith(prefix) && (cursor === undefined || compareUtf8(id, cursor) > 0))
        .toSorted(compareUtf8);
      const items = ids.slice(0, limit).map((id) => view(type, id));
      return { items, cursor: ids.length > limit ? items.at(-1)?.address.id : undefined };
    },
    entity: async ({ type, id }) => (world[type]?.[id] === undefined ? undefined : view(type, id)),
  };
}

function differencesOf(
  now: World,
  { budget, capabilities = {} }: { budget?: DifferenceBudget; capabilities?: Partial<Capabilities> } = {},
) {
  const all = { entities: able, "current-state": able, ...capabilities } as Capabilities;
  const differences = new Differences({ engine: nowOf(now), runtime: { name: "embedded", capabilities: all }, ...(budget && { budget }) });
  open.push(differences);
  return differences;
}

interface Asked {
  readonly from: SideSource;
  readonly to: SideSource;
  readonly type?: string;
  readonly prefix?: string;
  readonly namespaces?: readonly string[];
}

/** Counts and lists to the end, however many pieces that takes. */
async function everything(differences: Differences, { from, to, type, prefix = "", namespaces }: Asked) {
  const tallies = new Map<string, TypeTally>();
  const sight = namespaces === undefined ? {} : { namespaces };
  let pieces = 0;
  let after: Place | undefined;
  do {
    const answer = await differences.run({ from, to, task: { kind: "count", scope: { type, prefix, after } }, ...sight }, never);
    for (const tally of answer.types) {
      const sum = tallies.get(tally.type) ?? { type: tally.type, came: 0, went: 0, changed: 0, same: 0 };
      for (const kind of ["came", "went", "changed", "same"] as const) sum[kind] += tally[kind];
      tallies.set(tally.type, sum);
    }
    after = answer.looked.stoppedAfter ?? undefined;
    pieces++;
  } while (after !== undefined);
  const items: string[] = [];
  do {
    const scope: Omit<DifferenceScope, "namespaces"> = { type, prefix, after };
    const task = { kind: "list", scope, change: undefined, itemsMax: 3 } as const;
    const answer: ListAnswer = await differences.run({ from, to, task, ...sight }, never);
    items.push(...answer.items.map((item) => `${item.change} ${item.type}/${item.id} ${item.values}`));
    after = answer.looked.stoppedAfter ?? undefined;
  } while (after !== undefined);
  return { tallies: [...tallies.values()], items, pieces };
}

// Above U+FFFF JavaScript's order differs from the order of the bytes; the letters differ only by case.
const before: World = {
  "pay/ledger": { all: { sum: "10" } },
  "shop/cart": {
    A: { a: "1" },
    a: { a: "1" },
    b: { a: "1", b: "2" },
    c: { a: "1" },
    "\uFF5E": { a: "1" },
    "😀": { a: "1" },
    e: { old: "ended" },
  },
  "shop/gone": { x: { a: "1" } },
};
const after: World = {
  "mail/box": { y: { a: "1" }, z: { a: "1" } },
  "pay/ledger": { all: { sum: "10" } },
  "shop/cart": { A: { a: "1" }, a: { a: "2" }, b: { a: "1" }, d: { a: "1" }, "\uFF5E": { a: "1" }, "😀": { a: "3", b: "4" } },
};
const changes = [
  "came mail/box/y 1",
  "came mail/box/z 1",
  "changed shop/cart/a 1",
  "changed shop/cart/b 1",
  "went shop/cart/c 1",
  "came shop/cart/d 1",
  "changed shop/cart/😀 2",
  "went shop/gone/x 1",
];
const tallied = [
  { type: "mail/box", came: 2, went: 0, changed: 0, same: 0 },
  { type: "pay/ledger", came: 0, went: 0, changed: 0, same: 1 },
  { type: "shop/cart", came: 1, went: 1, changed: 3, same: 2 },
  { type: "shop/gone", came: 0, went: 1, changed: 0, same: 0 },
];

describe("compared are", () => {
  const sides = (): [string, SideSource][] => [
    ["two files", fileOf("after", after)],
    ["a file and one written by hand, without keys", fileOf("by-hand", after, { byHand: true })],
    ["a file and what is there now", { kind: "now" }],
  ];

  test("two files, one of them by hand, or a file and now: by type, and every entity once, in one order", async () => {
    const from = fileOf("before", before);
    for (const [what, to] of sides()) {
      const whole = await everything(differencesOf(after), { from, to });
      expect(whole, what).toMatchObject({ tallies: tallied, items: changes, pieces: 1 });
      const budget = { msMax: 60_000, entitiesMax: 2, bytesMax: 1_000_000 };
      const cut = await everything(differencesOf(after, { budget }), { from, to });
      expect(cut, what).toMatchObject({ tallies: tallied, items: changes });
      expect(cut.pieces, what).toBeGreaterThan(4);
    }
  });

  test("only those of a type, of a prefix of the id, and of the visible namespaces", async () => {
    const from = fileOf("before-2", before);
    for (const to of [fileOf("after-2", after), { kind: "now" } as const]) {
      const differences = differencesOf(after);
      expect((await everything(differences, { from, to, type: "shop/cart", prefix: "a" })).items).toEqual(["changed shop/cart/a 1"]);
      expect((await everything(differences, { from, to, prefix: "y" })).items).toEqual(["came mail/box/y 1"]);
      const seen = await everything(differences, { from, to, namespaces: ["pay", "mail"] });
      expect(seen.tallies).toEqual(tallied.slice(0, 2));
      expect((await everything(differences, { from, to, type: "shop/cart", namespaces: ["pay"] })).tallies).toEqual([]);
    }
  });

  test("one entity with its waiting and delayed messages; the delayed messages of now are unknown", async () => {
    const from = fileOf("before-3", before, {
      waiting: [
        { id: "a", text: "hello" },
        { id: "a", text: "later", dueMs: 5_000 },
        { id: "b", text: "not its" },
      ],
    });
    const task = { kind: "entity", type: "shop/cart", id: "a" } as const;
    const answer = await differencesOf(after).run({ from, to: { kind: "now" }, task }, never);
    expect(answer.differing).toEqual(["a"]);
    expect(Buffer.from(answer.from.values.get("a")?.bytes ?? []).toString()).toBe("1");
    expect(answer.from.waiting).toMatchObject({ total: 1, first: [{ sequence: 0, sizeBytes: 5, atMs: null }] });
    expect(answer.from.delayed).toMatchObject({ total: 1, first: [{ atMs: 5_000 }] });
    expect(answer.to.delayed).toBeNull();
    const scope = { type: undefined, prefix: "", after: undefined };
    const { around } = await differencesOf(after).run({ from, to: { kind: "now" }, task: { kind: "count", scope } }, never);
    expect(around?.from).toEqual({ waiting: [["shop/cart", 2]], delayed: [["shop/cart", 1]], atLeast: false });
    expect(around?.to.waiting).toContainEqual(["mail/box", 3]);
  });
});

describe("refused, with the reason, is", () => {
  test("the present state where the runtime shows only what it saw last; two files are compared", async () => {
    const capabilities = { "current-state": unable("Flink keeps the state", "Take a savepoint.") };
    const differences = differencesOf(after, { capabilities });
    const [from, to] = [fileOf("before-4", before), fileOf("after-4", after)];
    const scope = { type: undefined, prefix: "", after: undefined };
    await expect(differences.run({ from, to: { kind: "now" }, task: { kind: "count", scope } }, never)).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
      reason: "Flink keeps the state",
      cure: "Take a savepoint.",
    });
    expect((await everything(differences, { from, to })).items).toEqual(changes);
  });

  test("a file that is not a savepoint, and one that is cut off while it is read", async () => {
    const scope = { type: undefined, prefix: "", after: undefined };
    const task = { kind: "count", scope } as const;
    const damaged = join(folder, "damaged.savepoint");
    new Database(damaged).exec("CREATE TABLE savepoint (format_version INTEGER)").close();
    await expect(
      differencesOf(after).run({ from: { kind: "file", path: damaged }, to: { kind: "now" }, task }, never),
    ).rejects.toMatchObject({ code: "SAVEPOINT_UNREADABLE" });
    const cut = AbortSignal.abort(new Error("values were erased"));
    await expect(differencesOf(after).run({ from: fileOf("cut", before), to: { kind: "now" }, task }, cut)).rejects.toThrow(
      "values were erased",
    );
  });
});
