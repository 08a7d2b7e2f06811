/**
 * OpenReaders: the readers that have the file of a savepoint open. A replaced file stays on disk as long as somebody reads it, so its
 * readers are cut off when values are erased from it. Neighbour: savepoint-files.ts.
 */
import { EngineError } from "@signalbox/runtime";
import { openRegularFile } from "@signalbox/runtime/regular-file";
import type { SavepointFile, SavepointRow } from "../../contract/savepoints/savepoints.ts";

interface Reader {
  destroy(why: Error): unknown;
}

export class OpenReaders {
  readonly #streams = new Map<string, Set<Reader>>();

  async open({ id, path }: Pick<SavepointRow, "id" | "path">): Promise<SavepointFile> {
    try {
      const { file, sizeBytes } = await openRegularFile(path);
      const content = file.createReadStream();
      const open = this.#streams.get(id) ?? new Set();
      this.#streams.set(id, open.add(content));
      content.once("close", () => this.#leave(id, open, content));
      return { id, sizeBytes, content };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new EngineError(
        "SAVEPOINT_UNREADABLE",
        `the file of savepoint ${id} cannot be opened: ${path} ${why}`,
        "Take another savepoint.",
      );
    }
  }

  /**
   * Registers a reader that opens the file itself. `stop` is called when it is cut off; it calls the returned function when it has
   * finished.
   */
  reading(id: string, stop: (why: Error) => void): () => void {
    const open = this.#streams.get(id) ?? new Set();
    const reader = { destroy: stop };
    this.#streams.set(id, open.add(reader));
    return () => this.#leave(id, open, reader);
  }

  cut(id: string): void {
    for (const stream of this.#streams.get(id) ?? [])
      stream.destroy(new Error(`values were erased from savepoint ${id}; get its file again`));
  }

  #leave(id: string, open: Set<Reader>, reader: Reader): void {
    open.delete(reader);
    if (open.size === 0 && this.#streams.get(id) === open) this.#streams.delete(id);
  }
}
