/**
 * OpenInvariants: opens what follows the invariants, over the masked engine, so that nobody sums values that nobody may see. The file of a
 * scan has a folder of its own.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine, Runtime } from "@signalbox/runtime";
import type { Catalog } from "./catalog/catalog.ts";
import type { GatewaySettings, Opened } from "./compose.ts";
import { invariantFolderName } from "./data-folder.ts";
import { filterValue } from "./flow/row-fields.ts";
import { InvariantWatch } from "./invariants/invariant-watch.ts";
import { startScan } from "./invariants/start-scan.ts";
import { maskedEngine } from "./masking/masked-engine.ts";
import type { Masks } from "./masking/masks.ts";
import { retentionOf } from "./open-rollups.ts";
import type { ValueCodec } from "./values/value-codec.ts";

interface Parts {
  readonly engine: Engine;
  readonly runtime: Pick<Runtime, "name" | "capabilities" | "cluster">;
  readonly catalog: Pick<Catalog, "invariants">;
  readonly masks: Masks;
  readonly values: ValueCodec;
  readonly warn: (message: string) => void;
  readonly closers: Opened["closers"];
}

export function openInvariants(
  settings: GatewaySettings,
  { engine, runtime, catalog, masks, values, warn, closers }: Parts,
): InvariantWatch {
  const level = retentionOf(settings)?.level;
  const end = new AbortController();
  const folder = join(settings.dataDir, invariantFolderName);
  // Removes what a crash left behind of a scan.
  rmSync(folder, { recursive: true, force: true });
  const parts = { engine, runtime, masks, folder, signal: end.signal };
  const watch = new InvariantWatch({
    catalog: catalog.invariants,
    engine: maskedEngine(engine, masks),
    scan: (rules, take) => startScan(parts, rules, take),
    decode: (value) => filterValue(value, values),
    journalFault:
      level === undefined || level === "full"
        ? undefined
        : { why: `the journal is kept at the level ${level}`, cure: "Set SIGNALBOX_JOURNAL_LEVEL=full: records must have the values." },
    nowMs: Date.now,
    warn,
  });
  closers.push(async () => {
    end.abort();
    await watch.close();
  });
  return watch;
}
