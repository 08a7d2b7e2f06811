/** The gateway's only export: the type of its API and the shapes in it. The console imports types from here and nothing else. */
export type { AppRouter } from "./router.ts";
export type {
  AddressView, EndpointCheck, EndpointRow, EntityDetail, EntityRow, FailureGroup, FailureView, FlowDot, FlowEdge, FlowFrame, FlowNode,
  FunctionTypeRow, JournalEntryView, LiveFrame, MessageView, ModuleChange, ModuleIssue, ModulePreview, ModuleRow, Pulse, RestoreImpact,
  SavedMessage, SavepointRow, StateChangeView, StateValueRow, TailFilter, TailFrame, TailRow, TapeBucket, TraceDetail, TraceRow, ValueView,
} from "./views.ts";
