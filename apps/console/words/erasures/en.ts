/** The texts of erasures. Neighbours: de.ts, use-erasures-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";

export const en = {
  title: "Erase values",
  confirm: "Erase them",
  notErased: "Not erased",
  about:
    "State, waiting and delayed messages, egress records and the values of the journal go for good, from the store and from every savepoint here. Messages are refused while the store is copied. What comes afterwards is new.",
  whose: "Whose",
  whoseHint: "One a line: shop/cart/anna, or * anna for the id in every type.",
  match: "How ids match",
  theseIds: "these ids",
  begin: "all ids that begin so",
  count: "Count what would go",
  notCounted: "Not counted",
  reason: "Reason",
  reasonHint: "Kept in the receipt and in the audit.",
  now: (what: string) => `Now: ${what}.`,
  inSavepoints: (holding: number, all: number, rows: number) =>
    `In ${counted(holding, "savepoint", "savepoints")} of ${grouped(all)}: ${counted(rows, "row", "rows")}.`,
  unread: "Cannot be read, and would stay as they are:",
  receipt: "Receipt of an erasure",
  savepoint: {
    untouched: "held nothing of it",
    rewritten: "written again",
    failed: "still holds what it held",
  },
  gone: (rows: number) => `: ${counted(rows, "row", "rows")} gone`,
  rows: {
    id: "id",
    by: "by",
    why: "why",
    what: "what",
    begun: "begun",
    ended: "ended",
    gone: "gone",
  },
  notYet: "not yet",
  notYetKnown: "not yet known",
  savepoints: "Savepoints",
  noneSoFar: "None so far",
  backups: "Remove these backups, which may hold the values:",
  notReached: "Not reached",
  copy: "Copy the receipt",
  columns: {
    began: "Begun",
    by: "By",
    what: "What",
    why: "Why",
    state: "State",
  },
  forAdmins: "Erasing is for admins",
  erasures: "Erasures",
  table: "Erasures, newest first",
  none: "Nothing was erased",
  noneAbout:
    "When somebody asks that their data go, the values of their entities are taken out of the store, the journal and the savepoints here. The receipt stays.",
  wrong: (line: string) => `"${line}" is no address: write shop/cart/anna, or * anna for an id in every type`,
  kinds: {
    states: (count: number) => counted(count, "state value", "state values"),
    messages: (count: number) => counted(count, "waiting message", "waiting messages"),
    delayedMessages: (count: number) => counted(count, "delayed message", "delayed messages"),
    egressRecords: (count: number) => counted(count, "egress record", "egress records"),
    journalRecords: (count: number) => counted(count, "journal record", "journal records"),
    keyDigests: (count: number) => counted(count, "digest of a sent value", "digests of sent values"),
  },
  nothing: "nothing",
  is: {
    failed: "failed",
    done: "done",
    partly: "done, but not everywhere",
    values: "copying the store",
    savepoints: (count: number) => `rewriting savepoints, ${grouped(count)} so far`,
  },
  entities: (count: number) => counted(count, "entity", "entities"),
};

export type ErasuresWords = typeof en;
