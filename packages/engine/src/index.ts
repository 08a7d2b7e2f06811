/** The engine's public names, one by one. Everything else in this package is internal. */
export {
  formatAddress,
  checkId,
  formatTypeName,
  idBytesMax,
  idCure,
  parseTypeName,
  sameAddress,
  splitTypeName,
  typeNameBytesMax,
  type Address,
  type ParsedTypeName,
  type TypeName,
} from "./model/address.ts";
export { callAddress, callAnswerState, callNamespace, callType } from "./model/call.ts";
export { functionNamePlaceholder, shownTemplate, urlOfFunction } from "./model/url-template.ts";
export type { TypedValue } from "./model/typed-value.ts";
export type { DelayedMessage, EgressRecord, Message } from "./model/message.ts";
export { expirationModes, type ExpirationMode, type StateSpec } from "./model/state-spec.ts";
export {
  noEffects,
  type DelayedEffect,
  type Effects,
  type FunctionReply,
  type OutgoingEgress,
  type OutgoingMessage,
  type StateMutation,
} from "./model/effects.ts";
export { failureCodes, type Failure, type FailureCode, type FailureScope } from "./model/failure.ts";
export type {
  Bindings,
  EgressSpec,
  EmbeddedPlacement,
  EmbeddedSource,
  EndpointPlacement,
  EndpointSpec,
  TlsOptions,
  TransportOptions,
} from "./model/endpoint-spec.ts";
export type { InvocationInput, InvocationOutcome, InvocationRequest, StateEntry } from "./model/invocation.ts";
export {
  journalLevels,
  type JournalDelayed,
  type JournalLevel,
  type JournalMessage,
  type JournalOutcome,
  type JournalRecord,
  type JournalStateChange,
  type JournalValue,
  isGuessed,
  type JournalCauses,
} from "./model/journal-record.ts";
export {
  entityStatuses,
  type BreakerState,
  type EgressView,
  type EndpointView,
  type EngineHealth,
  type EngineStatus,
  type EntityStatus,
  type EntitySummary,
  type EntityView,
  type FunctionTypeView,
  type NumberOwner,
  type Page,
  type StateValueView,
  type TraceSummary,
  type WaitingOfTrace,
} from "./model/views.ts";
export type { IngressHold, WaitReason } from "./model/wait-reason.ts";
export { EngineError, StoreError, engineErrorCodes, type DiskErrorCode, type EngineErrorCode } from "./model/engine-error.ts";
export type {
  Accepted,
  Engine,
  EntityAction,
  EntitySelection,
  IngressMessage,
  EngineChange,
  ProducerBatch,
  ProducerPosition,
  RestoreOptions,
  RestoreProgress,
  SavepointProgress,
  SavepointSummary,
} from "./engine.ts";
export { eraNumberOf, undoneBy, type Era, type EraSavepoint } from "./model/era.ts";
export { partitionsMax } from "./model/partition-place.ts";
export { defaultLimits, type EngineLimits } from "./limits.ts";
export type { Clock } from "./ports/clock.ts";
export { systemClock } from "./adapters/system-clock.ts";
export { systemRandom } from "./adapters/system-random.ts";
export type { Random } from "./ports/random.ts";
export type { EngineEvent } from "./model/engine-event.ts";
export type { Observer } from "./ports/observer.ts";
export type { FunctionTransport } from "./ports/function-transport.ts";
export type { ScanRange, Store, StoreReader, StoreSnapshot, StoreWrite } from "./ports/store.ts";
export { openRegularFile, readRegularFile, type OpenedFile, type ReadFile } from "./adapters/regular-file.ts";
export { diskFaultCode } from "./adapters/leveldb/disk-fault.ts";
export type { CreateThreadObserver, IsHome, ThreadObserver } from "./workers/worker-observer.ts";
export { lockData, type DataLock } from "./data-lock.ts";
export { openEngine, type OpenEngineOptions } from "./open-engine.ts";
export { createHttpTransport, type HttpTransportOptions } from "./adapters/http/transport-http.ts";
export { probeFunctions, type ProbeOptions, type ProbeResult } from "./adapters/http/transport-probe.ts";
export { placesOf, type EndpointPlaces } from "./adapters/endpoint-places.ts";
export { ReplyMemory } from "./adapters/http/reply-memory.ts";
export { createTransport } from "./adapters/create-transport.ts";
export { loadEmbedded, type EmbeddedProblem, type LoadedEmbedded } from "./adapters/embedded/load-embedded.ts";
export { embeddedProblemCodes } from "./adapters/embedded/embedded-frames.ts";
