/**
 * SimSavepointFiles: the SavepointFiles port over files that outlive the engine's lives. A file is whole or absent: a crash or a full disk
 * while it is written leaves nothing behind. It shows the port's faults: writing takes time and fails, reading fails.
 */
import { SavepointErasure } from "../../core/erasure/savepoint-erasure.ts";
import { savepointRowsOf } from "../../core/store/savepoint-entry.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { withPauseEnds } from "../../model/pause-ends.ts";
import type { SavepointErasureRequest } from "@signalbox/runtime/model/erasure";
import { savepointFormatVersion, type SavepointHeader, type SavepointRow } from "../../model/savepoint-rows.ts";
import type {
  ErasedSavepoint,
  OpenedSavepoint,
  SavepointFileCounts,
  SavepointFileRequest,
  SavepointFiles,
} from "../../ports/savepoint-files.ts";
import { StaleHandleError, type StoreLife } from "./sim-store.ts";

interface SimFile {
  readonly header: SavepointHeader;
  readonly rows: readonly SavepointRow[];
}

function countsOf(path: string, { epoch }: Pick<SavepointHeader, "epoch">, rows: readonly SavepointRow[]): SavepointFileCounts {
  const count = (kind: SavepointRow["kind"]): number => rows.filter((row) => row.kind === kind).length;
  return {
    path,
    epoch,
    entities: count("state"),
    messages: count("message"),
    delayedMessages: count("delayed"),
    egressRecords: count("egress"),
    sizeBytes: rows.length,
    checksum: String(rows.length),
  };
}

export type SavepointShelf = Map<string, SimFile>;

export class SimSavepointFiles implements SavepointFiles {
  private readonly shelf: SavepointShelf;
  private readonly life: StoreLife;

  constructor(shelf: SavepointShelf, life: StoreLife) {
    this.shelf = shelf;
    this.life = life;
  }

  async write(request: SavepointFileRequest): Promise<SavepointFileCounts> {
    const { faults } = this.life;
    const rows: SavepointRow[] = [];
    const read = withPauseEnds(savepointRowsOf, request.pauseEnds?.() ?? []);
    for (const scan of request.scans) {
      for await (const [key, value] of scan) {
        rows.push(...read(key, value));
        if (this.life.isFull() || faults.hit("savepointWriteFails"))
          throw new EngineError("SAVEPOINT_FAILED", "the simulated disk is full", "Wait for calm.");
      }
    }
    await this.life.wait(faults.rng.between(0, 50), "savepoint written");
    if (!this.life.alive) throw new StaleHandleError();
    this.shelf.set(request.path, { header: { ...request.header, formatVersion: savepointFormatVersion }, rows });
    return countsOf(request.path, request.header, rows);
  }

  async read(path: string): Promise<OpenedSavepoint> {
    const { faults } = this.life;
    await this.life.wait(faults.rng.between(0, 20), "savepoint read");
    const file = this.shelf.get(path);
    if (file === undefined || faults.hit("savepointReadFails"))
      throw new EngineError("SAVEPOINT_UNREADABLE", `no savepoint ${path} can be read`, "Take one first.");
    return { header: file.header, rows: file.rows, close: () => undefined };
  }

  async check(path: string): Promise<SavepointFileCounts> {
    const { header, rows } = await this.read(path);
    return countsOf(path, header, [...rows]);
  }

  async erase({ path, to, targets }: SavepointErasureRequest): Promise<ErasedSavepoint> {
    const { faults } = this.life;
    const { header, rows } = await this.read(path);
    const plan = new SavepointErasure(rows, targets);
    await this.life.wait(faults.rng.between(0, 50), "savepoint erased");
    if (!this.life.alive) throw new StaleHandleError();
    if (to === undefined || plan.rows === 0) return { counts: plan.counts, written: undefined };
    if (this.life.isFull() || faults.hit("savepointWriteFails"))
      throw new EngineError("SAVEPOINT_FAILED", "the simulated disk is full", "Wait for calm.");
    const left = [...plan.left(rows)];
    this.shelf.set(to, { header, rows: left });
    return { counts: plan.counts, written: countsOf(to, header, left) };
  }
}
