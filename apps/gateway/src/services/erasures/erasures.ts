/**
 * Erasures: removes the values of entities in the background: from the engine, then from the file of every savepoint here. Each has a row
 * in the catalog that says how far it is and is its receipt. Neighbours: erasure-standing.ts (the row), savepoints/erasable-savepoint.ts
 * (one file). Guarantee: one runs at a time, and while it does no savepoint is taken or restored; it goes on after a stop at any instant,
 * and is done only when every savepoint of the catalog was looked at. Files that could not be rewritten are named.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { EngineError, type Engine, type ErasureTarget } from "@signalbox/runtime";
import type { ErasureCatalog, ErasureRecord } from "../../catalog/catalog.ts";
import type { ErasureRow, GivenTarget } from "../../contract/entities/erasures.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { Backups } from "../backups/backups.ts";
import type { SavepointFiles } from "../savepoints/savepoint-files.ts";
import { erasureRowOf, newStanding, readStanding, readTargets, targetOf, type ErasureStanding } from "./erasure-standing.ts";

export interface ErasuresOptions {
  readonly engine: Pick<Engine, "erase" | "countErasable">;
  readonly catalog: ErasureCatalog;
  readonly savepoints: Pick<SavepointFiles, "list" | "hold" | "erasable">;
  readonly backups: Pick<Backups, "list" | "settled">;
  readonly warn: (message: string) => void;
  /** Whether the runtime can erase at all; it can when this is absent. */
  readonly isAble?: () => boolean;
  /** The gateway is stopping. */
  readonly isStopping: () => boolean;
  readonly nowMs?: () => number;
}

const listedMax = 200;
const retryMs = 250;
/** How long the engine is asked again while it refuses because a savepoint for a backup is being taken. */
const retriedMsMax = 10 * 60_000;
const laterCodes: ReadonlySet<string> = new Set(["OVERLOADED", "ENGINE_RESTORING"]);

interface Running {
  record: ErasureRecord;
  readonly standing: ErasureStanding;
  readonly targets: readonly ErasureTarget[];
}

export class Erasures {
  readonly #options: ErasuresOptions;
  readonly #nowMs: () => number;
  readonly #end = new AbortController();
  #running: Running | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ErasuresOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  async list(): Promise<ErasureRow[]> {
    return (await this.#options.catalog.list(listedMax)).map((record) => this.#rowOf(record));
  }

  async get(id: string): Promise<ErasureRow> {
    const record = await this.#options.catalog.find(id);
    if (record !== undefined) return this.#rowOf(record);
    throw new GatewayError("UNKNOWN_ERASURE", {
      detail: `No erasure has the id ${id}.`,
      where: "id",
      cure: `GET /v1/erasures lists the last ${listedMax}.`,
    });
  }

  async count(given: readonly GivenTarget[], signal: AbortSignal) {
    const targets = given.map(targetOf);
    const counts = await this.#options.engine.countErasable(targets);
    const savepoints = [];
    for (const { id, createdMs } of this.#ready()) {
      const counted = this.#options.savepoints.erasable(id).count(targets, signal);
      savepoints.push({ id, createdMs, ...(await counted.then((rows) => ({ rows, error: null }), unreadable(signal))) });
    }
    return { counts, savepoints };
  }

  /** Rejects with SAVEPOINT_BUSY while a savepoint is taken or restored, or another erasure runs. */
  async start(
    given: readonly GivenTarget[],
    { reason, principal }: { readonly reason: string; readonly principal: Principal },
  ): Promise<ErasureRow> {
    const release = this.#options.savepoints.hold("values are being erased");
    try {
      const id = randomUUID();
      const targets = given.map(targetOf);
      const standing = newStanding(id, given);
      const { kind, name, door } = principal;
      const record: ErasureRecord = {
        ...{ id, kind, name, door, reason, state: "running", beganMs: this.#nowMs(), endedMs: undefined },
        targets: JSON.stringify(targets),
        standing: JSON.stringify(standing),
      };
      await this.#options.catalog.put(record);
      this.#begin({ record, standing, targets }, release);
      return erasureRowOf(record, standing);
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Continues an erasure that a stop interrupted. Call it before a port is open, so that nobody can restore a savepoint that must still be
   * rewritten.
   */
  async resume(): Promise<void> {
    const running = (await this.#options.catalog.list(listedMax)).find(({ state }) => state === "running");
    if (running?.targets === undefined) return;
    if (this.#options.isAble?.() === false) {
      this.#options.warn(
        `the erasure ${running.id} waits for a start with SIGNALBOX_RUNTIME=embedded: what it erases lies in that engine's store`,
      );
      return;
    }
    const release = this.#options.savepoints.hold("values are being erased");
    this.#options.warn(`the erasure ${running.id} goes on: the gateway stopped before it was done`);
    this.#begin({ record: running, standing: readStanding(running.standing), targets: readTargets(running.targets) }, release);
  }

  /** Stops; an erasure that is under way continues at the next start. */
  async close(): Promise<void> {
    this.#end.abort(new Error("the gateway stops"));
    await this.#work;
  }

  #begin(running: Running, release: () => void): void {
    this.#running = running;
    this.#work = this.#run(running).finally(() => {
      this.#running = undefined;
      release();
    });
  }

  async #run(running: Running): Promise<void> {
    const { standing } = running;
    try {
      if (standing.phase === "values") await this.#eraseValues(running);
      if (standing.phase === "savepoints") await this.#eraseInSavepoints(running);
      await this.#finish(running, "done");
    } catch (error) {
      if (this.#isEnding()) return;
      standing.error = said(error);
      this.#options.warn(`the erasure ${running.record.id} failed: ${standing.error}`);
      await this.#finish(running, "failed").catch((failure: unknown) =>
        this.#options.warn(`the erasure ${running.record.id} goes on at the next start: ${said(failure)}`),
      );
    }
  }

  async #eraseValues(running: Running): Promise<void> {
    const { engine, backups } = this.#options;
    const { record, standing, targets } = running;
    await backups.settled();
    const untilMs = this.#nowMs() + retriedMsMax;
    for (;;) {
      this.#end.signal.throwIfAborted();
      try {
        standing.counts = { ...(await engine.erase({ id: record.id, targets })) };
        break;
      } catch (error) {
        if (!(error instanceof EngineError) || !laterCodes.has(error.code) || this.#nowMs() >= untilMs) throw error;
      }
      await delay(retryMs, undefined, { signal: this.#end.signal });
    }
    standing.backups = (await backups.list()).map(({ id, createdMs }) => ({ id, createdMs }));
    standing.phase = "savepoints";
    await this.#keep(running);
  }

  /** Savepoints that are added during the erasure (uploads) are included. */
  async #eraseInSavepoints(running: Running): Promise<void> {
    const { standing } = running;
    for (;;) {
      this.#end.signal.throwIfAborted();
      const seen = new Set(standing.savepoints.map(({ id }) => id));
      const next = this.#ready().find(({ id }) => !seen.has(id));
      if (next === undefined) break;
      standing.savepoints.push(await this.#eraseInOne(running, next));
      standing.intended = null;
      await this.#keep(running);
    }
    const failed = standing.savepoints.filter(({ state }) => state === "failed").map(({ id }) => id);
    if (failed.length > 0) standing.error = `These savepoints still hold what they held; remove them: ${failed.join(", ")}`;
  }

  async #eraseInOne(
    running: Running,
    { id, createdMs }: { id: string; createdMs: number },
  ): Promise<ErasureStanding["savepoints"][number]> {
    const { standing, targets } = running;
    const { signal } = this.#end;
    try {
      const file = this.#options.savepoints.erasable(id);
      const intended = standing.intended?.savepoint === id ? standing.intended : undefined;
      const adopted = intended && (await file.adoptIfThere(intended, signal));
      const intend = async (next: NonNullable<ErasureStanding["intended"]>): Promise<void> => {
        standing.intended = next;
        await this.#keep(running);
      };
      const { isRewritten, rows } = adopted ?? (await file.erase(targets, { signal, intend }));
      return { id, createdMs, state: isRewritten ? "rewritten" : "untouched", rows, error: null };
    } catch (error) {
      if (this.#isEnding()) throw error;
      // When the catalog cannot write, it cannot keep the receipt either, so the error is thrown.
      if (!(error instanceof EngineError) && !isOfDisk(error)) throw error;
      return { id, createdMs, state: "failed", rows: 0, error: said(error) };
    }
  }

  async #finish(running: Running, state: "done" | "failed"): Promise<void> {
    running.standing.phase = "ended";
    running.standing.intended = null;
    running.record = { ...running.record, state, endedMs: this.#nowMs(), targets: undefined };
    await this.#keep(running);
  }

  async #keep(running: Running): Promise<void> {
    running.record = { ...running.record, standing: JSON.stringify(running.standing) };
    await this.#options.catalog.put(running.record);
  }

  #isEnding(): boolean {
    return this.#end.signal.aborted || this.#options.isStopping();
  }

  #ready() {
    return this.#options.savepoints.list().filter(({ status }) => status === "ready");
  }

  #rowOf(record: ErasureRecord): ErasureRow {
    const running = this.#running?.record.id === record.id ? this.#running : undefined;
    return erasureRowOf(record, running?.standing ?? readStanding(record.standing));
  }
}

function unreadable(signal: AbortSignal): (error: unknown) => { rows: number; error: string } {
  return (error) => {
    signal.throwIfAborted();
    return { rows: 0, error: said(error) };
  };
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
