/**
 * OpenErasures: opens what erases values in the background; it ends with the gateway, and the next start continues it.
 */
import type { Runtime } from "@signalbox/runtime";
import type { Catalog } from "./catalog/catalog.ts";
import type { GatewayLog, Opened } from "./compose.ts";
import { Erasures, type ErasuresOptions } from "./services/erasures/erasures.ts";

interface Ground extends Pick<ErasuresOptions, "engine" | "savepoints" | "backups"> {
  readonly catalog: Pick<Catalog, "erasures">;
  readonly runtime: Pick<Runtime, "capabilities">;
}

export function openErasures(
  { log, opened }: { readonly log: GatewayLog; readonly opened: Opened },
  { catalog, runtime, ...ground }: Ground,
): Erasures {
  const erasures = new Erasures({
    ...ground,
    catalog: catalog.erasures,
    warn: log.warn,
    isAble: () => runtime.capabilities.erasure.able,
    // The engine stops before anything else does, so what it refuses from then on is no failure of an erasure.
    isStopping: () => opened.runtime === undefined,
  });
  opened.closers.push(() => erasures.close());
  return erasures;
}
