/** The verbs of savepoints; savepoint-files.ts takes, restores and removes them one at a time. */
import { eraView } from "../../views/past.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { receiveFile } from "./receive-file.ts";

export function savepointsService({ savepoints, engine }: Pick<ServiceParts, "savepoints" | "engine">): ServiceOf<"savepoints"> {
  return {
    list: () => savepoints.list(),
    points: () => savepoints.points(),
    get: (_principal, { id }) => savepoints.get(id),
    file: (_principal, { id }) => savepoints.open(id),
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
