/**
 * ErasableSavepoint: erases values from the file of one savepoint. A copy is written beside it, checked and synced, and replaces the old
 * file in one step. The intention is recorded first (`intend`), so that after a stop between the step and its record it is known which of
 * the two files is there. Neighbours: savepoint-files.ts makes it, services/erasures asks.
 */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { EngineError, erasedRows, type Engine, type ErasureTarget } from "@signalbox/runtime";
import { z } from "zod";
import type { SavepointRow } from "../../contract/savepoints/savepoints.ts";

/** The file that replaces the old one. */
export const intendedFile = z.strictObject({
  savepoint: z.string(),
  rows: z.number(),
  entities: z.number(),
  messages: z.number(),
  delayedMessages: z.number(),
  egressRecords: z.number(),
  sizeBytes: z.number(),
  checksum: z.string(),
});
export type IntendedFile = z.output<typeof intendedFile>;

export interface ErasedFile {
  readonly isRewritten: boolean;
  readonly rows: number;
}

interface Surroundings {
  readonly nowMs: () => number;
  readonly cutReaders: () => void;
  /** Writes the current row into the catalog. */
  readonly keep: () => Promise<void>;
}

export class ErasableSavepoint {
  readonly #engine: Pick<Engine, "eraseInSavepoint" | "checkSavepoint">;
  readonly #row: SavepointRow;
  readonly #around: Surroundings;

  constructor(engine: Pick<Engine, "eraseInSavepoint" | "checkSavepoint">, row: SavepointRow, around: Surroundings) {
    this.#engine = engine;
    this.#row = row;
    this.#around = around;
  }

  async count(targets: readonly ErasureTarget[], signal: AbortSignal): Promise<number> {
    const { path } = this.#row;
    const { counts } = await this.#engine.eraseInSavepoint({ path, to: undefined, targets, expectedChecksum: this.#checksum(), signal });
    return erasedRows(counts);
  }

  async erase(
    targets: readonly ErasureTarget[],
    { signal, intend }: { readonly signal: AbortSignal; readonly intend: (file: IntendedFile) => Promise<void> },
  ): Promise<ErasedFile> {
    const { id, path } = this.#row;
    const to = `${path}.part`;
    const expectedChecksum = this.#checksum();
    const { counts, written } = await this.#engine.eraseInSavepoint({ path, to, targets, expectedChecksum, signal });
    if (written === undefined) return { isRewritten: false, rows: erasedRows(counts) };
    const { entities, messages, delayedMessages, egressRecords, sizeBytes, checksum } = written;
    const file = { savepoint: id, rows: erasedRows(counts), entities, messages, delayedMessages, egressRecords, sizeBytes, checksum };
    try {
      await intend(file);
      await rename(to, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(to, { force: true });
      throw error;
    }
    return this.#adopt(file);
  }

  /** Finishes after a stop. Undefined when the old file is still there. */
  async adoptIfThere(file: IntendedFile, signal: AbortSignal): Promise<ErasedFile | undefined> {
    try {
      await this.#engine.checkSavepoint(this.#row.path, { expectedChecksum: file.checksum, signal });
    } catch (error) {
      if (error instanceof EngineError && error.code === "SAVEPOINT_UNREADABLE") return undefined;
      throw error;
    }
    return this.#adopt(file);
  }

  async #adopt({ savepoint: _id, rows, ...summary }: IntendedFile): Promise<ErasedFile> {
    this.#around.cutReaders();
    Object.assign(this.#row, summary, { erasedMs: this.#around.nowMs() });
    await this.#around.keep();
    return { isRewritten: true, rows };
  }

  #checksum(): string | undefined {
    return this.#row.checksum === "" ? undefined : this.#row.checksum;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
