/**
 * LogWorld: the life of one logged store (adapters/epoch-log/logged-store.ts) under a seed: batches, slow and failing writes of the log and
 * of the store below, reads, scans and snapshots at any time, crashes and power cuts between any two steps. A map is the oracle: what was
 * acknowledged is there, what was being written at a crash is there whole or not at all, and every read shows exactly one such moment.
 */
import { createMemoryStore } from "../../adapters/store-memory.ts";
import { FollowedStore } from "../../adapters/epoch-log/followed-store.ts";
import { openLoggedStore } from "../../adapters/epoch-log/logged-store.ts";
import { LogProgress } from "../../adapters/epoch-log/log-progress.ts";
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import type { ScanRange, Store, StoreReader, StoreSnapshot, StoreWrite } from "../../ports/store.ts";
import { changedStore } from "../mutants/planting.ts";
import { Prng } from "../prng.ts";
import { emptyLogDisk, simLogBytes, SimLogFiles } from "./sim-log-files.ts";
import { SimulationFailure } from "./trace.ts";

const steps = 400;
const lastKey = "\u{10ffff}";
/** After so many turns of the microtask queue nothing moves unless the world moves it. */
const turnsToRest = 40;

type Rows = Map<string, string>;

interface SlowWrite {
  readonly end: (how: "whole" | "fails") => Promise<void>;
  /** The batch is whole on disk, and its caller will never learn of it. */
  readonly unheard: () => Promise<void>;
}

export interface LogWorldStats {
  batches: number;
  crashes: number;
  lowered: number;
  failures: number;
  scans: number;
  followed: number;
}

/** Rejects with a SimulationFailure that names the seed. */
export async function runLogWorld(seed: string): Promise<LogWorldStats> {
  const world = new LogWorld(seed);
  try {
    await world.run();
  } catch (error) {
    throw error instanceof SimulationFailure ? error : new SimulationFailure(`log world ${seed}: ${String(error)}`);
  }
  return world.stats;
}

class LogWorld {
  readonly stats: LogWorldStats = { batches: 0, crashes: 0, lowered: 0, failures: 0, scans: 0, followed: 0 };
  private readonly seed: string;
  private readonly rng: Prng;
  private readonly disk = emptyLogDisk();
  private readonly below = createMemoryStore();
  private followed: FollowedStore;
  private readonly bytesMax: number;
  private readonly deadKeysMin: number;
  private slow: SlowWrite[] = [];
  private files: SimLogFiles;
  private store: Store;
  private life = 0;
  /** What was acknowledged, one entry a moment. */
  private seen: Rows[] = [new Map()];
  /** Batches that are not acknowledged yet, in their order. */
  private waiting: { readonly writes: readonly StoreWrite[]; readonly after: () => Rows }[] = [];
  private born = 0;
  private snapshots: { readonly snapshot: StoreSnapshot; readonly rows: Rows }[] = [];

  constructor(seed: string) {
    this.seed = seed;
    this.rng = new Prng(`log-world/${seed}`);
    this.bytesMax = this.rng.pick([400, 1_500, 6_000]);
    this.deadKeysMin = this.rng.pick([1, 4, 20]);
    this.files = new SimLogFiles(this.disk, this.rng.fork("files"));
    [this.store, this.followed] = this.open();
  }

  private get rows(): Rows {
    return this.seen.at(-1) ?? new Map();
  }

  private set rows(rows: Rows) {
    this.seen.push(rows);
  }

  async run(): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.step();
      await rest();
    }
    await this.quiet();
    await this.crash({ power: false });
    await this.check(this.store, this.rows, "at the end");
  }

  private async step(): Promise<void> {
    const draw = this.rng.below(100);
    if (draw < 30) this.write();
    else if (draw < 62) await this.endSomething();
    else if (draw < 76) await this.check(this.store, this.rows, "now");
    else if (draw < 84) this.point();
    else if (draw < 89) this.keepSnapshot();
    else if (draw < 91) await this.lookAtSnapshot();
    else if (draw < 93) await this.follow();
    else if (draw < 96) await this.crash({ power: this.rng.chance(500) });
    else await this.scanWhileWriting();
  }

  private open(): [Store, FollowedStore] {
    this.life++;
    const below = changedStore(this.below, {
      writeSynced: (writes) =>
        new Promise((resolve, reject) => {
          const copies = writes.map(({ key, value }) => ({ key, value: value?.slice() }));
          this.slow.push({
            unheard: () => this.below.writeSynced(copies),
            end: async (how) => {
              if (how === "whole" || this.rng.chance(500)) await this.below.writeSynced(copies);
              if (how === "whole") resolve();
              else reject(new Error("the simulated store below does not write"));
            },
          });
        }),
      close: async () => undefined,
    });
    const progress = new LogProgress();
    // Others that get a turn meanwhile may write.
    const giveWay = (): Promise<void> => rest();
    const { files, bytesMax, deadKeysMin } = this;
    const store = openLoggedStore({ below, files, logBytesMax: bytesMax, deadKeysMin, giveWay, progress });
    const meanwhile = (): Promise<void> => this.goOn();
    return [store, new FollowedStore({ below: this.below, bytes: simLogBytes(this.disk), progress, giveWay, meanwhile })];
  }

  private async goOn(): Promise<void> {
    for (let steps = this.rng.below(24); steps > 0; steps--) {
      if (this.rng.chance(500)) this.write();
      else await this.endSomething();
      await rest();
    }
  }

  private write(): void {
    const writes = this.batch();
    const before = this.waiting.at(-1);
    const base = before === undefined ? () => this.rows : before.after;
    const after = (): Rows => applied(base(), writes);
    const entry = { writes, after };
    this.waiting.push(entry);
    const life = this.life;
    this.stats.batches++;
    this.store.writeSynced(writes).then(
      () => {
        if (life !== this.life) return;
        this.rows = applied(this.rows, writes);
        this.waiting.splice(this.waiting.indexOf(entry), 1);
      },
      () => {
        if (life !== this.life) return;
        this.stats.failures++;
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        // Writes the same batch again before any other, as the committer does.
        this.retry(writes);
      },
    );
  }

  /** A batch that failed may be there or not; only repeating it until it succeeds makes that certain. */
  private retry(writes: readonly StoreWrite[]): void {
    const life = this.life;
    const entry = { writes, after: () => applied(this.rows, writes) };
    this.waiting.unshift(entry);
    this.store.writeSynced(writes).then(
      () => {
        if (life !== this.life) return;
        this.rows = applied(this.rows, writes);
        this.waiting.splice(this.waiting.indexOf(entry), 1);
      },
      () => {
        if (life !== this.life) return;
        this.stats.failures++;
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        this.retry(writes);
      },
    );
  }

  /**
   * One batch at a time, as the committer writes. Rows that are added and removed have keys that are used once; other rows are written
   * again and again.
   */
  private batch(): StoreWrite[] {
    if (this.waiting.length > 0) return [];
    const { rng } = this;
    return Array.from({ length: rng.between(1, 6) }, () => {
      const value = Buffer.from(`${this.stats.batches}:${"v".repeat(rng.below(40))}`);
      const passing = [...this.rows.keys()].filter((key) => key.startsWith("m/"));
      switch (rng.below(4)) {
        case 0:
          return { key: passingKey(this.born++), value, fresh: true };
        case 1:
          return { key: passing.length === 0 ? "s/0" : rng.pick(passing), value: undefined };
        case 2:
          // A row that was removed long ago may be added again, too.
          if (this.born > 0 && rng.chance(200)) return { key: passingKey(rng.below(this.born)), value };
          return { key: passing.length === 0 ? "s/1" : rng.pick(passing), value };
        default:
          return { key: `s/${rng.below(12)}${rng.chance(100) ? "\u{1f600}" : ""}`, value: rng.chance(300) ? undefined : value };
      }
    });
  }

  private async endSomething(): Promise<void> {
    if (this.rng.chance(500)) this.files.underway.shift()?.end(this.rng.chance(60) ? "fails" : "durable");
    else {
      const slow = this.slow.shift();
      if (slow !== undefined) this.stats.lowered++;
      await slow?.end(this.rng.chance(60) ? "fails" : "whole");
    }
  }

  /** Nothing is being written any more. */
  private async quiet(): Promise<void> {
    for (let turns = 0; turns < 2_000; turns++) {
      await rest();
      const file = this.files.underway.shift();
      const slow = this.slow.shift();
      if (file === undefined && slow === undefined && this.waiting.length === 0) return;
      file?.end("durable");
      await slow?.end("whole");
    }
    throw new SimulationFailure(`log world ${this.seed}: what was written never ended`);
  }

  private async crash({ power }: { power: boolean }): Promise<void> {
    this.stats.crashes++;
    const marked = this.disk.durable;
    this.files.crash();
    // Synced data stays after a power cut. The mark that says how far it goes was not synced, and may be an older one.
    if (power && marked !== undefined && this.rng.chance(500)) this.disk.durable = Math.max(0, marked - this.rng.below(4));
    const [under] = this.slow.splice(0);
    this.slow = [];
    if (this.rng.chance(500)) await under?.unheard();
    for (const { snapshot } of this.snapshots.splice(0)) await snapshot.close();
    this.files = new SimLogFiles(this.disk, this.rng.fork(`files ${this.life}`));
    [this.store, this.followed] = this.open();
    const [first] = this.waiting.splice(0);
    const found = await rowsOf(this.store, { lt: lastKey });
    const kept = first === undefined ? this.rows : applied(this.rows, first.writes);
    // Either whole or not at all; from here on the world goes by what it found.
    if (!equal(found, this.rows) && equal(found, kept)) this.rows = kept;
    await this.check(this.store, this.rows, "after a crash");
  }

  private point(): void {
    for (const key of ["s/1", "s/2", ...this.rows.keys(), passingKey(this.born)]) {
      const value = this.store.get(key);
      this.must(textOf(value) === this.rows.get(key), `get(${key})`);
    }
  }

  private keepSnapshot(): void {
    this.snapshots.push({ snapshot: this.store.snapshot(), rows: this.rows });
  }

  private async lookAtSnapshot(): Promise<void> {
    const kept = this.snapshots.shift();
    if (kept === undefined) return;
    await this.check(kept.snapshot, kept.rows, "in a snapshot");
    await kept.snapshot.close();
  }

  /** What a scan shows is fixed by its first row. */
  private async scanWhileWriting(): Promise<void> {
    const { rows } = this;
    const found: Rows = new Map();
    for await (const [key, value] of this.store.scan({ lt: lastKey })) {
      found.set(key, Buffer.from(value).toString());
      if (this.rng.chance(200)) this.write();
      if (this.rng.chance(400)) await this.endSomething();
      await rest();
    }
    this.must(equal(found, rows), "a scan while others write");
  }

  /** Lets another thread read while this one goes on. */
  private async follow(): Promise<void> {
    const { seen } = this;
    const first = seen.length - 1;
    const snapshot = await this.followed.snapshot();
    const rows = await rowsOf(snapshot, { lt: lastKey });
    await rest();
    const then = seen.slice(first).find((moment) => equal(rows, moment));
    this.must(then !== undefined, "what another thread reads");
    if (then !== undefined) await this.check(snapshot, then, "in another thread");
    await snapshot.close();
    this.stats.followed++;
  }

  private async check(reader: StoreReader, rows: Rows, when: string): Promise<void> {
    const { rng } = this;
    this.stats.scans++;
    this.must(equal(await rowsOf(reader, { lt: lastKey }), rows), `all rows ${when}`);
    const names = [...rows.keys(), "m/", "n", "s/5", lastKey];
    const [from, to] = [rng.pick(names), rng.pick(names)];
    const range: ScanRange = {
      ...(rng.chance(500) ? { gt: from } : { gte: from }),
      lt: to,
      ...(rng.chance(500) ? { limit: rng.below(5) } : {}),
      reverse: rng.chance(500),
    };
    const keys: string[] = [];
    for await (const key of reader.scanKeys(range)) keys.push(key);
    const inside = [...rows.keys()]
      .filter((key) => compareUtf8(key, to) < 0 && (range.gt === undefined ? compareUtf8(key, from) >= 0 : compareUtf8(key, from) > 0))
      .toSorted(compareUtf8);
    if (range.reverse === true) inside.reverse();
    this.must(keys.join() === inside.slice(0, range.limit).join(), `keys ${JSON.stringify(range)} ${when}`);
  }

  private must(holds: boolean, what: string): void {
    if (!holds)
      throw new SimulationFailure(
        `log world ${this.seed}: ${what} is not what was written (life ${this.life}, batch ${this.stats.batches})`,
      );
  }
}

function passingKey(number: number): string {
  return `m/${String(number).padStart(5, "0")}`;
}

async function rest(): Promise<void> {
  for (let turn = 0; turn < turnsToRest; turn++) await Promise.resolve();
}

function applied(rows: Rows, writes: readonly StoreWrite[]): Rows {
  const after = new Map(rows);
  for (const { key, value } of writes) {
    if (value === undefined) after.delete(key);
    else after.set(key, Buffer.from(value).toString());
  }
  return after;
}

async function rowsOf(reader: StoreReader, range: ScanRange): Promise<Rows> {
  const rows: Rows = new Map();
  for await (const [key, value] of reader.scan(range)) rows.set(key, Buffer.from(value).toString());
  return rows;
}

function textOf(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value).toString();
}

function equal(a: Rows, b: Rows): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
