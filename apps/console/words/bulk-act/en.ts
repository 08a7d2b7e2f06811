/** The texts of the page of one act on many. Neighbours: de.ts, use-bulk-act-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";

export const en = {
  naming: {
    label: "Name of this act",
    hint: "To find it again in the list and the audit. May stay empty.",
    find: "Find an act by its name",
    shown: (shown: number, all: number) => `${grouped(shown)} of ${counted(all, "act", "acts")}`,
  },
  one: "An act on many",
  this: "This act",
  all: "All failures",
  columns: {
    outcome: "Outcome",
    entity: "Entity",
    message: "Its message",
    explains: "The trace of the message that it was done to",
  },
  state: {
    running: "Running",
    done: "Done",
    cancelled: "Cancelled",
    stopped: "Stopped",
  },
  failedAgain: (count: number) => `, ${grouped(count)} failed again`,
  title: {
    retry: (where: string) => `Retry of ${where}`,
    discard: (where: string) => `Discard the first message of ${where}`,
    pause: (where: string) => `Pause of ${where}`,
    resume: (where: string) => `Resume of ${where}`,
    "clear-state": (where: string) => `Clear the state of ${where}`,
  },
  acted: (count: number) => `${counted(count, "entity was", "entities were")} acted on`,
  again: (count: number) => `${grouped(count)} of them failed again`,
  noneAgain: "none of them failed again",
  otherwise: (count: number) => `${grouped(count)} stood otherwise by then and were left alone`,
  faces: {
    acted: "acted on",
    "failed-again": "failed again",
    refused: "left alone",
  },
  cancel: "Cancel",
  cancelThis: "Cancel this act",
  outcomes: "What came of each",
  progress: "Progress",
  of: (handled: number, all: number) => `${grouped(handled)} of ${grouped(all)}`,
  stopped: (reason: string) => `It was stopped, because ${reason}.`,
  dryRun: "Dry run",
  counted: "Counted before it began",
  onTheWay: "What fits its filter is found on the way.",
  atLeast: "at least ",
  reach: {
    retry: (entities: number, parked: number) => `${counted(entities, "entity", "entities")} to retry, ${grouped(parked)} of them parked`,
    discard: (entities: number, parked: number) =>
      `${counted(entities, "entity", "entities")} to discard, ${grouped(parked)} of them parked`,
    pause: (entities: number, parked: number) => `${counted(entities, "entity", "entities")} to pause, ${grouped(parked)} of them parked`,
    resume: (entities: number, parked: number) => `${counted(entities, "entity", "entities")} to resume, ${grouped(parked)} of them parked`,
    "clear-state": (entities: number, parked: number) =>
      `${counted(entities, "entity", "entities")} to clear-state, ${grouped(parked)} of them parked`,
  },
  noneBehind: "Nothing waited behind them.",
  behind: (count: number) => `${counted(count, "message", "messages")} waited behind them.`,
  about: "About it",
  rows: {
    begun: "begun by",
    runs: "runs for",
    ended: "ended",
    rate: "rate",
    cause: "cause",
    prefix: "ids begin with",
    filter: "filter",
  },
  after: (time: string, lasted: string) => `${time}, after ${lasted}`,
  asFast: "as fast as it goes",
  perSecond: (rate: number) => `${grouped(rate)} a second`,
  noFilter: "none: all of the type",
  leftOut: (count: number, kept: number) =>
    `${counted(count, "more entity is", "more entities are")} counted above and not listed: the first ${grouped(kept)} of an act are kept.`,
  noneYet: "None was acted on yet.",
  none: "None was acted on.",
};

export type BulkActWords = typeof en;
