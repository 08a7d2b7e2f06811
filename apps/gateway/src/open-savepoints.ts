/**
 * openSavepointParts: opens the savepoint files, and what compares them. It is a part of open-services.ts.
 */
import { join } from "node:path";
import type { Engine, Runtime } from "@signalbox/runtime";
import type { Catalog } from "./catalog/catalog.ts";
import type { GatewaySettings } from "./compose.ts";
import { savepointFolderName } from "./data-folder.ts";
import { Differences } from "./differences/differences.ts";
import type { Flow } from "./flow/flow.ts";
import type { ModulesInForce } from "./services/modules/modules-in-force.ts";
import { openSavepoints, type SavepointFiles } from "./services/savepoints/savepoint-files.ts";

export interface SavepointParts {
  readonly savepoints: SavepointFiles;
  readonly differences: Differences;
}

export interface SavepointGround {
  readonly engine: Engine;
  readonly runtime: Runtime;
  readonly catalog: Pick<Catalog, "savepoints">;
  readonly flow: Flow;
  readonly closers: (() => unknown)[];
  readonly modules: Pick<ModulesInForce, "list">;
}

export async function openSavepointParts(
  { dataDir }: Pick<GatewaySettings, "dataDir">,
  { engine, runtime, catalog, flow, closers, modules }: SavepointGround,
): Promise<SavepointParts> {
  const folder = join(dataDir, savepointFolderName);
  const differences = new Differences({ engine, runtime });
  const savepoints = await openSavepoints({
    folder,
    engine,
    catalog: catalog.savepoints,
    flow,
    countTypes: (path) => differences.countTypes(path),
    modules: () => modules.list().map(({ name, revision }) => ({ name, revision })),
  });
  closers.push(() => differences.close());
  return { savepoints, differences };
}
