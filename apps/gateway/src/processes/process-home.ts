/**
 * ProcessHome: the folder of the sockets of one run of the gateway, and the guard that ends its processes when it is gone. Neighbour:
 * process-supervisor.ts opens it with the first co-located endpoint.
 * Guarantee: what an earlier run over the same data left behind, because its guard was killed with it, is ended first.
 */
import { mkdtempSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endMarked } from "./marked-processes.ts";
import { ProcessGuard } from "./process-guard.ts";

/** The path of a socket has at most 107 bytes, so a longer tmpdir() is not used. */
const tmpCharactersMax = 60;
const prefix = "signalbox-";
/** Only such folders are ever removed, whatever the note says. */
const ours = new RegExp(`^/.*/${prefix}[A-Za-z0-9]{6}$|^/${prefix}[A-Za-z0-9]{6}$`);

export interface ProcessHome {
  readonly folder: string;
  readonly guard: ProcessGuard;
  close(): Promise<void>;
}

/** Opens the home. `note` is a file that says where the home of the last run was. Returns a text when there can be none: the reason. */
export async function openProcessHome(note: string | undefined): Promise<ProcessHome | string> {
  if (note !== undefined) await endLeftOver(note);
  // Only this user can reach the sockets in the folder.
  const folder = mkdtempSync(join(tmpdir().length > tmpCharactersMax ? "/tmp" : tmpdir(), prefix));
  const guard = new ProcessGuard(folder);
  const problem = await guard.start();
  if (problem !== undefined) return problem;
  // Without the note the next run finds nothing to end, and nothing else depends on it.
  if (note !== undefined) await writeFile(note, folder, { mode: 0o600 }).catch(() => undefined);
  return {
    folder,
    guard,
    close: async () => {
      await guard.close();
      if (note !== undefined) await rm(note, { force: true }).catch(() => undefined);
    },
  };
}

async function endLeftOver(note: string): Promise<void> {
  const folder = (await readFile(note, "utf8").catch(() => "")).trim();
  if (!ours.test(folder)) return;
  await endMarked({ folder });
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
