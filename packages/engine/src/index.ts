/** The engine's public names, one by one. Everything else in this package is internal; the words of its API are the port's (@signalbox/runtime). */
export { partitionsMax } from "./model/partition-place.ts";
export { defaultLimits, type EngineLimits } from "./limits.ts";
export type { FunctionTransport } from "./ports/function-transport.ts";
export type { ScanRange, Store, StoreReader, StoreSnapshot, StoreWrite } from "./ports/store.ts";
export { diskFaultCode } from "./adapters/leveldb/disk-fault.ts";
export { openRuntime } from "./open-runtime.ts";
export type { OpenEngineOptions } from "./open-engine.ts";
export { createEndpointProber } from "./adapters/transport-probe.ts";
export { placesOf } from "./adapters/endpoint-places.ts";
export { ReplyMemory } from "./adapters/http/reply-memory.ts";
export { createHttpTransport } from "./adapters/http/transport-http.ts";
export { createTransport } from "./adapters/create-transport.ts";
export { lockData } from "./data-lock.ts";
export type { DataLock } from "./data-lock.ts";
export { watchEmbedded } from "./adapters/embedded/embedded-reporter.ts";
export { loadEmbedded } from "./adapters/embedded/load-embedded.ts";
export { systemClock } from "./adapters/system-clock.ts";
export { systemRandom } from "./adapters/system-random.ts";
