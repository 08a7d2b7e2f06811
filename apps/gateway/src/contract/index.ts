/** What the console takes from the gateway beside shared/: the type of its tRPC router and the shapes in it. Types only. */
export type { AddressView } from "./shapes/address.ts";
export type { AuditRow } from "./people/audit.ts";
export type { ReproductionRow } from "./failures/reproductions.ts";
export type { BreakpointRow, EndedBreakpoint } from "./messages/breakpoints.ts";
export type { PauseRow } from "./functions/pauses.ts";
export type { BootstrapOutcome } from "./savepoints/bootstrap.ts";
export type { DemoRow } from "./module/demo.ts";
export type { ConnectorCheckView, ConnectorRow, ConnectorView, EgressRecordView } from "./messages/egresses.ts";
export type { EntityDetail, StateValueRow } from "./entities/entities.ts";
export type { EntityRow } from "./entities/entity-row.ts";
export type { EntityCell, EntityColumn, EntityDataRow, EntityTally, MatchingAction } from "./entities/entity-rows.ts";
export type { EraView, JournalReach, KnownBefore, PastView } from "./shapes/era.ts";
export type { FailureCode } from "@signalbox/runtime";
export type { ProblemCode } from "./problem.ts";
export type { FailureView } from "./shapes/failure.ts";
export type { FailureGroup } from "./failures/failures.ts";
export type { FlowDelta, FlowDot, FlowEdge, FlowFrame, FlowNode, HotEntity, HottestView, TailRow } from "./overview/flow.ts";
export type { EndpointCheck, EndpointRow, FunctionTypeRow, LimitRow } from "./functions/functions.ts";
export type { TrialEffects, TrialResult } from "./functions/function-trial.ts";
export type { HistoryEntryView, JournalEntryView, MessageView, StateChangeView } from "./shapes/journal.ts";
export type { LiveFrame, LiveNeeds, TailFrame } from "./overview/live.ts";
export type { ModuleIssue } from "./module/module-issue.ts";
export type { ModuleChange, ModulePreview, ModuleRow } from "./module/modules.ts";
export type { StatusSummary, TimelineBucket } from "./overview/overview.ts";
export type { CapabilityView, ClusterRow, RuntimeView } from "./overview/runtime.ts";
export type { MoveItem, MoveOutcome, RunningMove } from "./savepoints/moves.ts";
export type {
  AroundSideView,
  ChangedEntityRow,
  ComparedChange,
  ComparedTypes,
  EntityDifference,
  KeptMessagesView,
  TypeDifference,
} from "./savepoints/comparisons.ts";
export type {
  EgressLedgerRow,
  LedgerSide,
  RestoreImpact,
  RestoreLedger,
  RestoreState,
  RestoreVerdict,
  SavepointPoint,
  SavepointRow,
} from "./savepoints/savepoints.ts";
export type { BlameView, FieldBlameView, StateAsOfView, ValueAsOfView, ValueChangeView, WaitingAsOfView } from "./entities/past.ts";
export type { OutputLineView, ProcessRow } from "./functions/process.ts";
export type { Me, PersonRow, SessionRow, TokenRow } from "./people/people.ts";
export type { ErasureCountsView, ErasureCountView, ErasureRow } from "./entities/erasures.ts";
export type { SecretRow } from "./module/secrets.ts";
export type { PastRecordsView, ReachView } from "./overview/past-records.ts";
export type { RollupBusiestView, RollupMarkView, RollupRangeView, RollupRowView } from "./overview/rollups.ts";
export type { Grant, Role } from "./roles.ts";
export type { ScheduleFacts } from "./messages/schedules.ts";
export type { SavedMessage } from "./messages/send.ts";
export type { SqlAnswer, SqlTableView } from "./entities/sql.ts";
export type { BulkActDetail, BulkActRow } from "./entities/bulk-act.ts";
export type { FailureCauseRow } from "./failures/failure-causes.ts";
export type { AlertKind, AlertRow } from "./failures/alerts.ts";
export type { InvariantPastCheck, InvariantRow, InvariantRule, InvariantViolation } from "./entities/invariants.ts";
export type { LookedView } from "./shapes/filter.ts";
export type { HopTiming, TraceDetail, TraceRow, TraceStory } from "./messages/traces.ts";
export type { AppRouter } from "./trpc-types.ts";
export type { ValueShape } from "./module/descriptors.ts";
export type { ValueView } from "./shapes/value.ts";
export type { WaitReasonView } from "./shapes/wait-reason.ts";
