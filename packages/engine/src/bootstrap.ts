/**
 * The second entry of the package, @signalbox/engine/bootstrap: what a process wants before it loads the engine: the names of the limits, to read its
 * settings, and a hold on its data. The index would load everything first (docs/decisions/0019).
 */
export { lockData, type DataLock } from "./data-lock.ts";
export { defaultLimits, limitsWithin, partsOfMemory, type EngineLimits } from "./limits.ts";
export { StoreError } from "@signalbox/runtime/model/engine-error";
export { journalLevels } from "@signalbox/runtime/model/journal-record";
export { partitionsMax } from "./model/partition-place.ts";
export { parsePlaces } from "./adapters/endpoint-places.ts";
