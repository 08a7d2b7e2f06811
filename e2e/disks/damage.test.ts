/**
 * What a gateway finds at its start on the data directory of one that was killed with -9 under load: it opens with everything that was
 * acknowledged, or says which file is damaged and what to do, with exit code 65, and changes nothing.
 */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Savepoint } from "../stack/api.ts";
import { Functions } from "../stack/functions.ts";
import { applyCounters, refusedStart, startGateway } from "./disk-stack.ts";
import { Traffic } from "./traffic.ts";

const firstPort = 22_100;
let folder = "";
let killed = "";
let functions: Functions;
let acknowledged: readonly number[] = [];
let savepoint: Savepoint | undefined;
let copies = 0;

/** The first life writes tables and a savepoint; the second one is killed while senders are active. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-damage-"));
  killed = join(folder, "killed");
  functions = await Functions.start("e2e/functions/counter.ts");
  await using gateway = await startGateway(killed, firstPort);
  await applyCounters(gateway, functions);
  {
    await using traffic = new Traffic(gateway.api);
    await traffic.more(200);
    await traffic.stop();
    await traffic.settled();
    savepoint = await gateway.api.takeSavepoint();
    acknowledged = traffic.acknowledged;
  }
  expect(await gateway.stop()).toBe(0);
  await gateway.start();
  {
    await using traffic = new Traffic(gateway.api, { key: "second" });
    await traffic.more(200);
    await gateway.kill();
    acknowledged = acknowledged.map((count, id) => count + (traffic.acknowledged[id] ?? 0));
  }
}, 60_000);
afterAll(async () => {
  await functions[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function copy(): string {
  const path = join(folder, `copy-${++copies}`);
  cpSync(killed, path, { recursive: true });
  return path;
}

function storeFile(dataDir: string, pattern: RegExp): string {
  const store = join(dataDir, "engine", "store-1", ...(pattern === log ? ["epochs"] : []));
  const name = readdirSync(store)
    .filter((one) => pattern.test(one))
    .toSorted()
    .at(-1);
  if (name === undefined) throw new Error(`${store} has no ${String(pattern)}`);
  return join(store, name);
}

function flip(file: string, place: (bytes: number) => number): void {
  const bytes = readFileSync(file);
  const position = place(bytes.length);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x10, position);
  writeFileSync(file, bytes);
}

/** Lists what a start must leave unchanged: everything except the files that name the process. */
function listing(dataDir: string, inCatalog: boolean): string[] {
  const opened = inCatalog ? /^engine\/store-1\// : /gateway\.(pid|lock)$/;
  return readdirSync(dataDir, { recursive: true, encoding: "utf8" })
    .filter((name) => !opened.test(name))
    .toSorted();
}

interface Damage {
  readonly does: (dataDir: string) => void;
  /** The gateway's output must match this. */
  readonly names: RegExp;
  /** True when the store is whole and is opened before this fault is found. */
  readonly inCatalog?: boolean;
}

/** Matches a file of the epoch log, which holds what the second life acknowledged. */
const log = /^\d+\.epochs$/;
const levelLog = /\.log$/;
const table = /\.ldb$/;
const damages: Readonly<Record<string, Damage>> = {
  "the newest log cut within what was acknowledged": {
    does: (dataDir) => truncateSync(storeFile(dataDir, log), readFileSync(storeFile(dataDir, log)).length >> 1),
    names: /\d+\.epochs is damaged: acknowledged data is missing/,
  },
  "a flipped bit in the middle of the newest log": {
    does: (dataDir) => flip(storeFile(dataDir, log), (bytes) => bytes >> 1),
    names: /\d+\.epochs is damaged: what begins at byte \d+ does not fit its checksum/,
  },
  "a flipped bit in the head of the newest log": {
    does: (dataDir) => flip(storeFile(dataDir, log), () => 12),
    names: /\d+\.epochs is damaged: acknowledged data is missing/,
  },
  "a missing log": { does: (dataDir) => rmSync(storeFile(dataDir, log)), names: /epochs is damaged: acknowledged data is missing/ },
  "a missing folder of logs": {
    does: (dataDir) => rmSync(join(dataDir, "engine", "store-1", "epochs"), { recursive: true }),
    names: /epochs is damaged: acknowledged data is missing/,
  },
  "a missing log of the store below": {
    does: (dataDir) => rmSync(storeFile(dataDir, levelLog)),
    names: /\d+\.log is damaged: it is missing/,
  },
  "a flipped bit in a table": {
    does: (dataDir) => flip(storeFile(dataDir, table), () => 200),
    names: /\d+\.ldb is damaged: the block at byte \d+ .* does not fit its checksum/,
  },
  "a missing table": { does: (dataDir) => rmSync(storeFile(dataDir, table)), names: /\d+\.ldb is damaged: it is missing/ },
  "a missing CURRENT of the store": { does: (dataDir) => rmSync(storeFile(dataDir, /^CURRENT$/)), names: /store-1\/CURRENT is damaged/ },
  "a missing MANIFEST": { does: (dataDir) => rmSync(storeFile(dataDir, /^MANIFEST-/)), names: /MANIFEST-\d+ is damaged: it is missing/ },
  "a missing pointer to the store": { does: (dataDir) => rmSync(join(dataDir, "engine", "CURRENT")), names: /its file CURRENT is missing/ },
  "a missing store": {
    does: (dataDir) => rmSync(join(dataDir, "engine", "store-1"), { recursive: true }),
    names: /names "store-1", and there is no such store folder/,
  },
  "a missing engine folder beside its catalog": {
    does: (dataDir) => rmSync(join(dataDir, "engine"), { recursive: true }),
    names: /engine is missing, and .*catalog\.db of the same data directory is there/,
  },
  "a missing catalog beside its store": { does: (dataDir) => rmSync(join(dataDir, "catalog.db")), names: /catalog\.db is missing/ },
  "a catalog that is no database": {
    does: (dataDir) => writeFileSync(join(dataDir, "catalog.db"), "no database ".repeat(1000)),
    names: /catalog\.db is damaged/,
    inCatalog: true,
  },
  "a catalog with a damaged page": {
    does: (dataDir) => writeFileSync(join(dataDir, "catalog.db"), overwritten(join(dataDir, "catalog.db"), 4096)),
    names: /catalog\.db is damaged/,
    inCatalog: true,
  },
};

function overwritten(file: string, from: number): Buffer {
  const bytes = readFileSync(file);
  return bytes.fill(0xab, from, from + 512);
}

describe("a data directory that lost acknowledged data", () => {
  test.each(Object.entries(damages))(
    "is refused with the file, the cure and exit code 65: %s",
    async (_name, { does, names, inCatalog = false }) => {
      const dataDir = copy();
      does(dataDir);
      const before = listing(dataDir, inCatalog);
      const { exitCode, output } = await refusedStart(dataDir, firstPort + 50);
      expect(output).toMatch(names);
      expect(output).toMatch(/\n {2}where: .*(DATA_CORRUPT|DATABASE_DAMAGED|DATABASE_MISSING)/);
      expect(output).toMatch(/\n {2}cure: {2}.*(restore|write|put)/i);
      expect(exitCode).toBe(65);
      expect(listing(dataDir, inCatalog)).toEqual(before);
      rmSync(dataDir, { recursive: true });
    },
  );
});

describe("a data directory that lost no acknowledged data", () => {
  test("opens though its log ends within a batch, and removes the remains of an unfinished savepoint", async () => {
    const dataDir = copy();
    appendFileSync(storeFile(dataDir, log), Buffer.concat([Buffer.from([9, 9, 9, 9, 0xff, 0x10, 1]), Buffer.alloc(300, 5)]));
    const part = join(dataDir, "savepoints", "20260101-000000-abcd.savepoint.part");
    writeFileSync(part, "half a savepoint");
    await using gateway = await startGateway(dataDir, firstPort);
    await using traffic = new Traffic(gateway.api, { senders: 0, acknowledged });
    await traffic.settledAtLeast();
    expect(existsSync(part)).toBe(false);
  });

  test("starts as new when only the lock is left", async () => {
    const dataDir = join(folder, "only-lock");
    mkdirSync(join(dataDir, "engine"), { recursive: true });
    writeFileSync(join(dataDir, "engine", "gateway.lock"), "");
    await using gateway = await startGateway(dataDir, firstPort);
    expect(await gateway.api.summary()).toMatchObject({ waiting: 0, modules: 0 });
  });
});

describe("the cure that the gateway names", () => {
  test("brings back the savepoint: the engine folder aside, an empty one in its place, restore", async () => {
    const dataDir = copy();
    flip(storeFile(dataDir, log), (bytes) => bytes >> 1);
    renameSync(join(dataDir, "engine"), join(dataDir, "engine-damaged"));
    mkdirSync(join(dataDir, "engine"));
    await using gateway = await startGateway(dataDir, firstPort);
    await gateway.api.restoreSavepoint(savepoint?.id ?? "");
    expect(await gateway.api.entities("signalbox.disks/counter")).toHaveLength(8);
    await using traffic = new Traffic(gateway.api, { key: "third" });
    await traffic.more(20);
  });

  test("starts with an empty catalog when the file is made by hand, and the entities are there", async () => {
    const dataDir = copy();
    writeFileSync(join(dataDir, "catalog.db"), "");
    await using gateway = await startGateway(dataDir, firstPort);
    expect(await gateway.api.entities("signalbox.disks/counter")).toHaveLength(8);
  });
});
