/**
 * OpenReaders: who reads the file of a savepoint now. A file that is replaced stays on the disk as long as somebody reads it, so whoever reads while
 * values are erased from it is cut off. Neighbour: savepoint-files.ts.
 */
import type { ReadStream } from "node:fs";
import { EngineError } from "@signalbox/runtime";
import { openRegularFile } from "@signalbox/runtime/regular-file";
import type { SavepointFile, SavepointRow } from "../../contract/savepoints.ts";

export class OpenReaders {
  readonly #streams = new Map<string, Set<Pick<ReadStream, "destroy">>>();

  async open({ id, path }: Pick<SavepointRow, "id" | "path">): Promise<SavepointFile> {
    try {
      const { file, sizeBytes } = await openRegularFile(path);
      const content = file.createReadStream();
      const open = this.#streams.get(id) ?? new Set();
      this.#streams.set(id, open.add(content));
      content.once("close", () => {
        open.delete(content);
        if (open.size === 0 && this.#streams.get(id) === open) this.#streams.delete(id);
      });
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

  cut(id: string): void {
    for (const stream of this.#streams.get(id) ?? [])
      stream.destroy(new Error(`values were erased from savepoint ${id}; get its file again`));
  }
}
