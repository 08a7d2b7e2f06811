/**
 * RollupStore: the rollups of the last day in one SQLite file beside the engine's store. Seconds are appended; ten seconds and minutes are
 * folded from them. Guarantees: a second that was appended survives a kill -9 (a write is in the file before the next one begins); what a
 * longer piece lost by it is folded again from its shorter ones at the start; the file never grows beyond bytesMax (the oldest rows go
 * first); a file that cannot be read is put aside with a warning, and a new one begins (it is only a memory of what was counted: the
 * journal has what happened).
 */
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import SqliteDatabase, { type Database } from "better-sqlite3";
import { rollupAgeMs, rollupFineAgeMs, rollupStepsMs, type RollupStep } from "../shared/rollup-values.ts";
import { otherEdges, seesEdge, touchesType } from "./kept-edges.ts";
import { emptyRollup, mergeRollup, type Rollup, type RollupKey, type RollupKind, type SecondRollup } from "./rollup.ts";
import type { RollupAnswers, RollupMark, RollupQuestion, RollupRange, RollupReach, RollupSeries } from "./rollup-question.ts";
import { RollupRows } from "./rollup-rows.ts";
import { seriesOf, type RunSpan } from "./rollup-series.ts";

const pageBytes = 4_096;
/** Room beside the file for what is written before SQLite moves it into the file. */
const writeAheadBytesMax = 4 * 1024 * 1024;
const marksMax = 10_000;
const runsMax = 10_000;
/** Running pieces are written this often; a kill loses at most this much of a type's last piece. */
const flushMs = 5_000;
const trimMs = 60_000;
const longer: readonly RollupStep[] = rollupStepsMs.slice(1);

interface Piece {
  readonly atMs: number;
  readonly rows: Map<RollupKey, Rollup>;
}

export interface RollupStoreOptions {
  readonly path: string;
  readonly bytesMax: number;
  readonly nowMs: number;
}

export class RollupStore {
  readonly #database: Database;
  readonly #rows: RollupRows;
  readonly #options: RollupStoreOptions;
  readonly #running = new Map<RollupStep, Piece>();
  #flushedMs = 0;
  #trimmedMs = 0;

  private constructor(database: Database, options: RollupStoreOptions) {
    this.#database = database;
    this.#options = options;
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    database.pragma(`journal_size_limit = ${writeAheadBytesMax}`);
    database.pragma(`max_page_count = ${Math.max(64, Math.floor((options.bytesMax - writeAheadBytesMax) / pageBytes))}`);
    this.#rows = new RollupRows(database);
  }

  /** `warning` is set when the existing file could not be read and was put aside. */
  static open(options: RollupStoreOptions): { store: RollupStore; warning: string | undefined } {
    try {
      return { store: RollupStore.#openSound(options), warning: undefined };
    } catch (error) {
      const aside = `${options.path}.damaged`;
      putAside(options.path, aside);
      const reason = error instanceof Error ? error.message : String(error);
      const warning = `the charts begin anew: ${options.path} could not be read (${reason}) and is now ${aside}; messages and state are not touched`;
      return { store: RollupStore.#openSound(options), warning };
    }
  }

  static #openSound(options: RollupStoreOptions): RollupStore {
    if (existsSync(options.path) && !statSync(options.path).isFile()) throw new Error("it is no file");
    const database = new SqliteDatabase(options.path);
    try {
      const [check] = database.pragma("quick_check(1)") as { quick_check: string }[];
      if (check?.quick_check !== "ok") throw new Error(check?.quick_check ?? "no answer");
      const store = new RollupStore(database, options);
      store.#begin();
      return store;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  append(second: SecondRollup): void {
    this.#write(() => {
      for (const [key, row] of second.rows) {
        if (key !== "") continue;
        const place = { step: 1_000, key, atMs: second.atMs } as const;
        const total = this.#rows.get(place) ?? emptyRollup();
        mergeRollup(total, row);
        this.#rows.put(place, total);
      }
      for (const step of longer) this.#fold(step, second);
      this.#database.prepare("UPDATE run SET seen = max(seen, ?) WHERE began = ?").run(second.atMs + 1_000, this.#options.nowMs);
      if (Math.abs(second.atMs - this.#flushedMs) >= flushMs) this.#flush(second.atMs);
    });
    if (Math.abs(second.atMs - this.#trimmedMs) >= trimMs) this.trim(second.atMs);
  }

  mark({ atMs, kind, text }: RollupMark): void {
    this.#write(() => this.#database.prepare("INSERT INTO mark (at, kind, text) VALUES (?, ?, ?)").run(atMs, kind, text));
  }

  marks({ fromMs, toMs }: Omit<RollupRange, "stepMs">): RollupMark[] {
    return this.#database
      .prepare<[number, number, number], RollupMark>(
        "SELECT at AS atMs, kind, text FROM mark WHERE at >= ? AND at < ? ORDER BY at DESC LIMIT ?",
      )
      .all(fromMs, toMs, 1_000)
      .reverse();
  }

  range(range: RollupRange, keys: readonly RollupKey[]): RollupSeries[] {
    this.#write(() => this.#flush(this.#flushedMs));
    const runs = this.#runs();
    const oldestMs = this.#rows.oldestMs() ?? Number.POSITIVE_INFINITY;
    return keys.map((key) =>
      seriesOf(key, { range, runs, oldestMs }, (step, fromMs, toMs) => this.#rows.scan({ step, key }, fromMs, toMs)),
    );
  }

  /** The row that sums all edges that are not kept comes last, however large it is. */
  busiest({ range, of, limit, namespaces, touching = "" }: Busiest): RollupAnswers["busiest"] {
    this.#write(() => this.#flush(this.#flushedMs));
    const other: RollupKey = `edge:${otherEdges}`;
    const all = this.#rows.busiest(of, range.fromMs, range.toMs);
    const keys = all.filter((key) => key !== other && (namespaces === undefined || seen(key, of, namespaces)));
    const chosen = touching === "" ? keys : keys.filter((key) => touchesType(key.slice("edge:".length), touching));
    const rest = touching === "" && namespaces === undefined && all.includes(other) ? [other] : [];
    return { series: this.range(range, [...chosen.slice(0, limit), ...rest]), known: chosen.length };
  }

  reach(): RollupReach {
    return { fromMs: this.#rows.oldestMs(), fileBytes: this.#usedBytes(), fileBytesMax: this.#options.bytesMax };
  }

  /** Trims by age and then by size: the oldest hour goes, then the next, until a tenth is free. */
  trim(nowMs: number): void {
    this.#trimmedMs = nowMs;
    const removeBefore = (beforeMs: number): void => {
      for (const key of this.#rows.keys())
        for (const step of rollupStepsMs) {
          const fine = key !== "" && step < 60_000;
          this.#rows.remove(step, key, fine ? Math.max(beforeMs, nowMs - rollupFineAgeMs) : beforeMs);
        }
      this.#database.prepare("DELETE FROM mark WHERE at < ?").run(beforeMs);
      this.#database.prepare("DELETE FROM run WHERE seen < ?").run(beforeMs);
    };
    const roomBytes = (this.#options.bytesMax - writeAheadBytesMax) * 0.9;
    this.#database.transaction(() => {
      removeBefore(nowMs - rollupAgeMs - trimMs);
      for (let hours = 23; hours > 0 && this.#usedBytes() > roomBytes; hours -= 1) removeBefore(nowMs - hours * 3_600_000);
      this.#database.prepare("DELETE FROM mark WHERE rowid NOT IN (SELECT rowid FROM mark ORDER BY at DESC LIMIT ?)").run(marksMax);
      this.#database.prepare("DELETE FROM run WHERE began NOT IN (SELECT began FROM run ORDER BY began DESC LIMIT ?)").run(runsMax);
      this.#flush(nowMs);
      this.#rows.removeKeysWithoutRows();
    })();
  }

  close(): void {
    this.#write(() => this.#flush(this.#flushedMs));
    this.#database.close();
  }

  /** Begins a new run: folds again what the last run lost of its longer pieces, and marks the restart. */
  #begin(): void {
    const { nowMs } = this.#options;
    this.#write(() => {
      const last = this.#database.prepare<[], { seen: number }>("SELECT seen FROM run ORDER BY seen DESC LIMIT 1").get();
      if (last !== undefined) this.#foldAgain(last.seen);
      this.#database.prepare("INSERT OR REPLACE INTO run (began, seen) VALUES (?, ?)").run(nowMs, nowMs);
      if (last !== undefined)
        this.#database
          .prepare("INSERT INTO mark (at, kind, text) VALUES (?, 'restart', ?)")
          .run(nowMs, `gateway started, ${Math.max(0, Math.round((nowMs - last.seen) / 1_000))} s after it was last seen`);
    });
    this.trim(nowMs);
  }

  #foldAgain(seenMs: number): void {
    for (const [shorter, step] of [
      [1_000, 10_000],
      [10_000, 60_000],
    ] as const) {
      for (const key of this.#rows.keys()) {
        if (key !== "" && step === 10_000) continue;
        for (let atMs = Math.floor((seenMs - 60_000) / step) * step; atMs <= seenMs; atMs += step) {
          const sum = emptyRollup();
          let found = false;
          for (const { rollup } of this.#rows.scan({ step: shorter, key }, atMs, atMs + step)) {
            mergeRollup(sum, rollup);
            found = true;
          }
          if (found) this.#rows.put({ step, key, atMs }, sum);
        }
      }
    }
  }

  #fold(step: RollupStep, second: SecondRollup): void {
    const atMs = Math.floor(second.atMs / step) * step;
    let piece = this.#running.get(step);
    if (piece === undefined || piece.atMs !== atMs) {
      if (piece !== undefined) this.#put(step, piece);
      piece = { atMs, rows: new Map() };
      this.#running.set(step, piece);
    }
    for (const [key, row] of second.rows) {
      // An existing row comes from the run before, or from before the clock was put back.
      const sum = piece.rows.get(key) ?? this.#rows.get({ step, key, atMs }) ?? emptyRollup();
      mergeRollup(sum, row);
      piece.rows.set(key, sum);
    }
  }

  #flush(nowMs: number): void {
    this.#flushedMs = nowMs;
    for (const [step, piece] of this.#running) this.#put(step, piece);
  }

  #put(step: RollupStep, { atMs, rows }: Piece): void {
    for (const [key, row] of rows) this.#rows.put({ step, key, atMs }, row);
  }

  #runs(): RunSpan[] {
    return this.#database
      .prepare<[], RunSpan>("SELECT began AS fromMs, seen AS toMs FROM run ORDER BY began")
      .all()
      .map((run) => (run.fromMs === this.#options.nowMs ? { ...run, toMs: Number.POSITIVE_INFINITY } : run));
  }

  #usedBytes(): number {
    const pages = Number(this.#database.pragma("page_count", { simple: true }));
    return (pages - Number(this.#database.pragma("freelist_count", { simple: true }))) * pageBytes;
  }

  /** Runs the change. When the file is full, it makes room and tries once more. */
  #write(change: () => void): void {
    const run = this.#database.transaction(change);
    try {
      run();
    } catch (error) {
      if (!(error instanceof SqliteDatabase.SqliteError) || error.code !== "SQLITE_FULL") throw error;
      this.#database.exec("DELETE FROM rollup WHERE step = 1000 AND at < (SELECT avg(at) FROM rollup WHERE step = 1000)");
      this.#database.exec("DELETE FROM rollup WHERE step > 1000 AND at < (SELECT avg(at) FROM rollup WHERE step = 60000)");
      run();
    }
  }
}

type Busiest = Omit<Extract<RollupQuestion, { kind: "busiest" }>, "kind">;

function seen(key: RollupKey, of: RollupKind, namespaces: readonly string[]): boolean {
  if (of === "edge") return seesEdge(key.slice("edge:".length), namespaces);
  return namespaces.some((one) => key.startsWith(`${of}:${one}/`));
}

/** Moves the file away without its write-ahead files; only one damaged file is kept. */
function putAside(path: string, aside: string): void {
  rmSync(aside, { force: true, recursive: true });
  if (existsSync(path)) renameSync(path, aside);
  for (const more of ["-wal", "-shm"]) rmSync(`${path}${more}`, { force: true });
}
