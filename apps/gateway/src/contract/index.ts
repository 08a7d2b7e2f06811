/** What the console takes from the gateway beside shared/: the type of its tRPC router and the shapes in it. Types only. */
export type { AddressView } from "./address.ts";
export type { AuditRow } from "./audit.ts";
export type { ReproductionRow } from "./reproductions.ts";
export type { BreakpointRow, EndedBreakpoint } from "./breakpoints.ts";
export type { PauseRow } from "./pauses.ts";
export type { BootstrapOutcome } from "./bootstrap.ts";
export type { DemoRow } from "./demo.ts";
export type { ConnectorCheckView, ConnectorRow, ConnectorView, EgressRecordView } from "./egresses.ts";
export type { EntityDetail, StateValueRow } from "./entities.ts";
export type { EntityRow } from "./entity-row.ts";
export type { EntityCell, EntityColumn, EntityDataRow, EntityTally, MatchingAction } from "./entity-rows.ts";
export type { EraView, JournalReach, KnownBefore, PastView } from "./era.ts";
export type { FailureView } from "./failure.ts";
export type { FailureGroup } from "./failures.ts";
export type { FlowDelta, FlowDot, FlowEdge, FlowFrame, FlowNode, HotEntity, HottestView, TailRow } from "./flow.ts";
export type { EndpointCheck, EndpointRow, FunctionTypeRow, LimitRow } from "./functions.ts";
export type { TrialEffects, TrialResult } from "./function-trial.ts";
export type { HistoryEntryView, JournalEntryView, MessageView, StateChangeView } from "./journal.ts";
export type { LiveFrame, LiveNeeds, TailFrame } from "./live.ts";
export type { ModuleIssue } from "./module-issue.ts";
export type { ModuleChange, ModulePreview, ModuleRow } from "./modules.ts";
export type { StatusSummary, TimelineBucket } from "./overview.ts";
export type { CapabilityView, ClusterRow, RuntimeView } from "./runtime.ts";
export type { MoveItem, MoveOutcome, RunningMove } from "./moves.ts";
export type {
  AroundSideView,
  ChangedEntityRow,
  ComparedChange,
  ComparedTypes,
  EntityDifference,
  KeptMessagesView,
  TypeDifference,
} from "./comparisons.ts";
export type {
  EgressLedgerRow,
  LedgerSide,
  RestoreImpact,
  RestoreLedger,
  RestoreState,
  RestoreVerdict,
  SavepointPoint,
  SavepointRow,
} from "./savepoints.ts";
export type { BlameView, FieldBlameView, StateAsOfView, ValueAsOfView, ValueChangeView, WaitingAsOfView } from "./past.ts";
export type { OutputLineView, ProcessRow } from "./process.ts";
export type { Me, PersonRow, SessionRow, TokenRow } from "./people.ts";
export type { ErasureCountsView, ErasureCountView, ErasureRow } from "./erasures.ts";
export type { SecretRow } from "./secrets.ts";
export type { PastRecordsView, ReachView } from "./past-records.ts";
export type { RollupBusiestView, RollupMarkView, RollupRangeView, RollupRowView } from "./rollups.ts";
export type { Grant, Role } from "./roles.ts";
export type { ScheduleFacts } from "./schedules.ts";
export type { SavedMessage } from "./send.ts";
export type { SqlAnswer, SqlTableView } from "./sql.ts";
export type { BulkActDetail, BulkActRow } from "./bulk-act.ts";
export type { FailureCauseRow } from "./failure-causes.ts";
export type { AlertKind, AlertRow } from "./alerts.ts";
export type { InvariantPastCheck, InvariantRow, InvariantRule, InvariantViolation } from "./invariants.ts";
export type { LookedView } from "./filter.ts";
export type { HopTiming, TraceDetail, TraceRow, TraceStory } from "./traces.ts";
export type { AppRouter } from "./trpc-types.ts";
export type { ValueShape } from "./descriptors.ts";
export type { ValueView } from "./value.ts";
export type { WaitReasonView } from "./wait-reason.ts";
