/** The port's public names, one by one. */
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
export { functionNamePlaceholder, shownTemplate, urlOfFunction } from "./model/url-template.ts";
export { builtInNamespaces, invalidRecordType } from "./model/built-in.ts";
export {
  callAddress,
  callAnswerState,
  callCutTypename,
  callDoneTypename,
  callEndpoint,
  callNamespace,
  callStreamAddress,
  callStreamState,
  callStreamType,
  callType,
  callTypes,
  type AnswerWish,
} from "./model/call.ts";
export type { TypedValue } from "./model/typed-value.ts";
export type { DelayedMessage, EgressRecord, Message } from "./model/message.ts";
export {
  contextWithin,
  headersText,
  headersWithin,
  inheritedHeaders,
  readHeaders,
  readTraceparent,
  spanOf,
  traceIdOf,
  traceContextOf,
  traceHeaders,
  traceparentOf,
  type MessageHeader,
  type TraceContext,
} from "./model/message-headers.ts";
export { editedDetail } from "./model/act-detail.ts";
export type { StateEdit } from "./model/state-edit.ts";
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
  CarriedConnector,
  EgressSpec,
  EmbeddedPlacement,
  EmbeddedSource,
  EndpointSpec,
  TlsOptions,
  TransportOptions,
} from "./model/endpoint-spec.ts";
export { breakpointCovers, heldShownMax, type BreakpointIds, type BreakpointSpec, type BreakpointView } from "./model/breakpoint.ts";
export { limitCovers, type LimitPause, type LimitSpec } from "./model/limit-spec.ts";
export type { LimitKeyView, LimitView } from "./model/limit-view.ts";
export type { InvocationInput, InvocationOutcome, InvocationRequest, StateEntry } from "./model/invocation.ts";
export {
  isGuessed,
  outlineOf,
  journalLevels,
  type JournalCauses,
  type JournalDelayed,
  type JournalLevel,
  type JournalMessage,
  type JournalOutcome,
  type JournalRecord,
  type RecordOutline,
  type JournalStateChange,
  type JournalValue,
} from "./model/journal-record.ts";
export type { EntityQuery, HeldQuery, RecordsQuery, TroubledQuery } from "./model/queries.ts";
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
export { pauseEndsMax, type PauseEnd, type RestoredPauseEnds } from "./model/pause-end.ts";
export { eraNumberOf, lowestEnd, savepointEnd, undoneBy, type Era, type EraSavepoint, type PastPlace } from "./model/era.ts";
export type { EngineEvent } from "./model/engine-event.ts";
export { able, capabilityTexts, unable, type Capabilities, type Capability, type Capable } from "./capability.ts";
export { callInTwo, ofAccepted } from "./call-in-two.ts";
export { CapabilityMissing } from "./capability-missing.ts";
export { ifAble } from "./if-able.ts";
export { engineOver, facetMethods, facetOf, type Engine } from "./engine.ts";
export type {
  Accepted,
  AnswerOptions,
  Called,
  CallMessage,
  IngressMessage,
  Messages,
  ProducerBatch,
  ProducerPosition,
} from "./messages.ts";
export { watchedMailboxMessagesMax, watchedTraceMsMax } from "./model/watched-traces.ts";
export type { Breakpoints } from "./breakpoints.ts";
export type { Erasure, SavepointErasure } from "./erasure.ts";
export {
  addErasureCounts,
  erasedRows,
  erasureTargetsMax,
  isErasureTarget,
  noErasureCounts,
  type ErasureCounts,
  type ErasureRequest,
  type SavepointErasureRequest,
  type ErasureTarget,
} from "./model/erasure.ts";
export type { Entities, EntityAction, EntitySelection } from "./entities.ts";
export type { Journal, JournalPlaces, JournalQuery, JournalStream } from "./journal.ts";
export { foldBlame } from "./past/blame.ts";
export { expiringStates, foldStateAsOf, type StateAsOfSources } from "./past/state-as-of.ts";
export { foldWaitingAsOf, type SendAfter, type WaitingAsOfSources } from "./past/waiting-as-of.ts";
export type {
  Blame,
  BlameQuery,
  ChangedBy,
  Moment,
  PastEvidence,
  PresentValue,
  StateAsOf,
  StateAsOfQuery,
  TimerAsOf,
  TimerEvidence,
  ValueAsOf,
  ValueChange,
  WaitingAsOf,
} from "./past/past.ts";
export type { Egress, EgressQuery } from "./egress.ts";
export type {
  CheckOptions,
  RestoreOptions,
  RestoreProgress,
  SavepointOptions,
  SavepointProgress,
  Savepoints,
  SavepointSummary,
} from "./savepoints.ts";
export type { EngineChange, Lifecycle } from "./lifecycle.ts";
export type { CompileCondition, MessageCondition, MessageLook } from "./model/message-condition.ts";
export type { CreateThreadObserver, IsHome, Observer, PartitionPlace, ThreadObserver, Watch } from "./watch.ts";
export type { Clock } from "./clock.ts";
export type { Random } from "./random.ts";
export type { EndpointPlaces } from "./endpoint-places.ts";
export { isolationGap, type IsolationGap } from "./isolation-gaps.ts";
export { embeddedProblemCodes, type EmbeddedProblem, type EmbeddedProblemCode, type LoadedEmbedded } from "./embedded-loader.ts";
export type { EmbeddedReport } from "./embedded-report.ts";
export type { EndpointProber, ProbeResult } from "./endpoint-prober.ts";
export type { ClusterFunction, ClusterJob, ClusterView } from "./cluster-view.ts";
export type { FacetName, Facets, Runtime } from "./runtime.ts";
export type { EndpointPlacement } from "./model/endpoint-spec.ts";
export { callHeadersMax, callHeadersOf, replayHeader, wrongCallHeader, wrongHeader } from "./call-headers.ts";
export { compareUtf8 } from "./model/utf8-order.ts";
