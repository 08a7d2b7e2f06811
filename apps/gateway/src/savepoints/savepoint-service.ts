/**
 * SavepointService: files in <dataDir>/savepoints and their records in the catalog.
 * A savepoint is reported ready only after the engine said so (G3); one runs at a time; a restore checks the checksum first.
 */
import type { RestoreImpact, SavepointRow } from "../trpc/views.ts";

export type SavepointOrigin = "person" | "api" | "before-restore";

export interface SavepointService {
  list(): SavepointRow[];
  get(id: string): SavepointRow;
  take(origin: SavepointOrigin): Promise<SavepointRow>;
  impact(id: string): Promise<RestoreImpact>;
  restore(id: string): Promise<{ epoch: number }>;
  remove(id: string): Promise<void>;
}
