/** SimSavepointFiles: the SavepointFiles port in memory. A file is whole or absent: a crash while it is written leaves nothing behind. */
import { EngineError } from "../model/engine-error.ts";
import { savepointFormatVersion, type SavepointHeader, type SavepointRow } from "../model/savepoint-rows.ts";
import type { OpenedSavepoint, SavepointFileCounts, SavepointFileRequest, SavepointFiles } from "../ports/savepoint-files.ts";

interface SimFile {
  readonly header: SavepointHeader;
  readonly rows: readonly SavepointRow[];
}

/** Outlives the engine's lives, as the disk does. */
export class SimSavepointFiles implements SavepointFiles {
  private readonly files = new Map<string, SimFile>();

  async write(request: SavepointFileRequest): Promise<SavepointFileCounts> {
    const rows: SavepointRow[] = [];
    for await (const row of request.rows) rows.push(row);
    this.files.set(request.path, { header: { ...request.header, formatVersion: savepointFormatVersion }, rows });
    const count = (kind: SavepointRow["kind"]): number => rows.filter((row) => row.kind === kind).length;
    return {
      path: request.path,
      epoch: request.header.epoch,
      entities: count("state"),
      messages: count("message"),
      delayedMessages: count("delayed"),
      egressRecords: count("egress"),
      sizeBytes: rows.length,
      checksum: String(rows.length),
    };
  }

  async read(path: string): Promise<OpenedSavepoint> {
    const file = this.files.get(path);
    if (file === undefined) throw new EngineError("SAVEPOINT_UNREADABLE", `no savepoint ${path}`, "Take one first.");
    return { header: file.header, rows: file.rows, close: () => undefined };
  }
}
