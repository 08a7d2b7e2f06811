/** The verbs of savepoints; savepoint-files.ts takes, restores and removes them one at a time. */
import { EngineError } from "@signalbox/runtime";
import { openRegularFile } from "@signalbox/runtime/regular-file";
import { GatewayError } from "../../contract/problem.ts";
import type { SavepointFile } from "../../contract/savepoints.ts";
import { eraView } from "../../views/past.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { receiveFile } from "./receive-file.ts";
import type { SavepointFiles } from "./savepoint-files.ts";

export function savepointsService({ savepoints, engine }: Pick<ServiceParts, "savepoints" | "engine">): ServiceOf<"savepoints"> {
  return {
    list: () => savepoints.list(),
    get: (_principal, { id }) => savepoints.get(id),
    file: (_principal, { id }) => openSavepoint(savepoints, id),
    async take(principal, _input, call) {
      const row = await savepoints.take(principal.door === "console" ? "person" : "api");
      call.changed({ after: row.id });
      return row;
    },
    async upload(_principal, { open, sizeBytes, sha256 }, call) {
      const row = await savepoints.add("upload", async (path) => {
        await receiveFile(open, { path, sizeBytes, signal: call.signal });
        return { expectedChecksum: sha256 };
      });
      call.changed({ after: `${row.id} ${row.checksum}` });
      return row;
    },
    impact: (_principal, { id }) => savepoints.impact(id),
    restoring: () => savepoints.restoring(),
    eras: () => engine.eras().map(eraView),
    async restore(_principal, { id }, call) {
      const restored = await savepoints.restore(id);
      call.changed({ before: restored.before, after: `epoch ${restored.epoch}` });
      return restored;
    },
    async remove(_principal, { id }) {
      await savepoints.remove(id);
      return {};
    },
  };
}

async function openSavepoint(savepoints: Pick<SavepointFiles, "get">, id: string): Promise<SavepointFile> {
  const { status, path } = savepoints.get(id);
  if (status !== "ready") {
    throw new GatewayError("SAVEPOINT_NOT_READY", {
      detail: `Savepoint ${id} is ${status}.`,
      where: "id",
      cure: "Wait until it is ready, or take another.",
    });
  }
  try {
    const { file, sizeBytes } = await openRegularFile(path);
    return { id, sizeBytes, content: file.createReadStream() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      "SAVEPOINT_UNREADABLE",
      `the file of savepoint ${id} cannot be opened: ${path} ${why}`,
      "Take another savepoint.",
    );
  }
}
