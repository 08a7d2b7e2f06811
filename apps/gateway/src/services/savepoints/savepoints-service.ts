/** The verbs of savepoints; savepoint-files.ts takes, restores and removes them one at a time. */
import { savepoints as operations } from "../../contract/savepoints/savepoints.ts";
import { eraView } from "../../views/past.ts";
import { subjectOf } from "../audit/audit-trail.ts";
import { inTime } from "../in-time.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { receiveFile } from "./receive-file.ts";
import type { LedgerOfFiles } from "./restore-ledger.ts";

type Parts = Pick<ServiceParts, "savepoints" | "engine" | "audit">;

/** How much later than its restore an audit entry may be: it is written after the restore is in force, and waits for the catalog. */
const entryLateMsMax = 60_000;
const entryEarlyMsMax = 5_000;
const entriesReadMax = 20;

export function savepointsService({ savepoints, engine, audit }: Parts): ServiceOf<"savepoints"> {
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
    async ledger(_principal, { era }) {
      const told = await savepoints.ledger(era);
      return told && { ...told, by: await inTime(restoredBy(audit, told), null) };
    },
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

async function restoredBy(
  audit: Parts["audit"],
  { atMs, savepoint, before }: LedgerOfFiles,
): Promise<{ name: string; door: string } | null> {
  const entries = await audit.within({
    operation: "savepoints.restore",
    subject: subjectOf(operations.restore, { id: savepoint.name }),
    fromMs: atMs - entryEarlyMsMax,
    untilMs: atMs + entryLateMsMax,
    limit: entriesReadMax,
  });
  const entry = entries.find((one) => one.outcome === "done" && (before === null || one.before === before.id));
  return entry === undefined ? null : { name: entry.name, door: entry.door };
}
