/** The shapes of savepoints and of what a restore costs; part of views.ts. */
export interface SavepointRow {
  id: string;
  createdMs: number;
  status: "taking" | "ready" | "failed";
  /** person | api | before-restore */
  origin: string;
  epoch: number;
  entities: number;
  messages: number;
  delayedMessages: number;
  egressRecords: number;
  sizeBytes: number;
  checksum: string;
  durationMs: number;
  path: string;
  error: string | null;
  progressRows: number;
}

/** What a restore would cost, counted; shown before the typed confirmation. */
export interface RestoreImpact {
  savepointEpoch: number;
  currentEpoch: number;
  epochsLost: number;
  /** What waits now and goes. */
  now: { messages: number; delayed: number; parked: number; paused: number };
  /** What the savepoint brings. */
  brings: { entities: number; messages: number; delayed: number; egressRecords: number };
  undone: UndoneWork;
  egresses: EgressLedgerRow[];
}

/** What the journal tells of the time since the savepoint; atLeast: it was not read to its end (yet). */
export interface UndoneWork {
  invocations: number;
  messagesIn: number;
  /** That an invocation or a person touched: they change back, or are gone. */
  entities: number;
  acts: number;
  atLeast: boolean;
}

export interface EgressLedgerRow {
  egress: string;
  /** Records made since, as far as the journal was read. */
  since: number;
  /** Wait now and in the savepoint: they stay. */
  kept: number;
  /** Made since and not fetched: they go. */
  dropped: number;
  /** In the savepoint and fetched since: they come again. */
  repeated: number;
  atLeast: boolean;
}

/** A restore under way. */
export interface RestoreState {
  id: string;
  startedMs: number;
  /** saving: the savepoint of now is being taken. filling, draining, journal, opening: as in the engine. */
  phase: "checking" | "saving" | "filling" | "draining" | "journal" | "opening";
  rows: number;
  /** Rows that the file holds, about. */
  rowsTotal: number;
  /** The savepoint of now, once it is there. */
  before: string | null;
}
