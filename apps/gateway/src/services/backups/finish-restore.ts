/** finishRestore: the second half of a start from a backup (backup/restore-backup.ts has the first): its savepoint is restored before the ports open. */
import { copyFile } from "node:fs/promises";
import type { PendingRestore } from "../../backup/restore-backup.ts";
import type { SavepointFiles } from "../savepoints/savepoint-files.ts";

export interface FinishParts {
  readonly savepoints: Pick<SavepointFiles, "add" | "restore">;
  readonly warn: (message: string) => void;
}

/** Rejects with the error of the restore; the next start tries again. */
export async function finishRestore(restoring: PendingRestore | undefined, { savepoints, warn }: FinishParts): Promise<void> {
  if (restoring === undefined) return;
  const { path } = restoring;
  const row = await savepoints.add("upload", async (copy) => {
    await copyFile(path, copy);
    return {};
  });
  const { epoch } = await savepoints.restore(row.id);
  await restoring.done();
  warn(
    `this data directory was empty and begins from the backup ${path}: ${row.entities} entities, ${row.messages} messages, epoch ${epoch}`,
  );
}
