/** The shapes of an egress's page; part of views.ts. */
import type { EgressView } from "@signalbox/engine";
import type { AddressView, ValueView } from "./views.ts";

export interface EgressRecordView {
  sequence: number;
  trace: number;
  from: AddressView;
  atMs: number;
  value: ValueView;
}

export interface EgressPageView {
  kind: EgressView["kind"];
  module: string | null;
  waitingRecords: number;
  /** Oldest first. */
  records: EgressRecordView[];
  cursor: string | null;
}
