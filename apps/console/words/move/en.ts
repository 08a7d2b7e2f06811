/** The texts of Move: the state to Apache Flink, or back; why a part moves as it does comes from the gateway. Neighbours: de.ts, use-move-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";
import type { MoveItem } from "../../trpc/views.ts";

export interface MovedSum {
  readonly values: number;
  readonly messages: number;
  readonly delayedMessages: number;
  readonly seconds: string;
}

/** `ends-unregistered` as people read it. */
function plain(what: MoveItem["what"]): string {
  const words = what.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const en = {
  title: "Move",
  note: "all state to Apache Flink, or back from it",
  all: "All savepoints",
  direction: "Direction",
  toFlink: "To Flink",
  fromFlink: "From Flink",
  none: "No savepoint to move",
  noneAbout: "A savepoint is what moves. Take one on the page of savepoints, and choose it here.",
  savepoints: "Savepoints",
  savepoint: "Savepoint",
  label: (time: string, epoch: string) => `${time}, epoch ${epoch}`,
  noFlink: "No Flink savepoint here",
  noFlinkAbout: {
    before: "Take one in canonical format and put its folder into ",
    after: " of the data directory, or make that a link to the folder that the cluster writes to.",
  },
  flinkSavepoints: "Flink savepoints",
  flinkSavepoint: "Flink savepoint",
  plan: {
    part: "Part",
    count: "Count",
    otherSide: "On the other side",
    why: "Why",
    accept: "Accept it",
    partName: plain,
    fates: { blocks: "in the way", changes: "changes", stays: "stays here", moves: "moves", accepted: "accepted" },
  },
  run: {
    show: "Show what moves",
    move: "Move",
    inTheWay: (count: number) => `${counted(count, "part stands", "parts stand")} in the way`,
    nothing: "Nothing was moved",
    starting: "starting",
    cancel: "Cancel",
    since: (epochs: number) =>
      `${counted(epochs, "epoch was", "epochs were")} committed here since the savepoint; what they hold was not moved.`,
    startJob: "Start the job with this savepoint, in the data directory: ",
    copyFolder: "Copy the folder",
    registered: "It is registered. ",
    restore: "Restore it",
    goOn: " to go on from it.",
    moved: ({ values, messages, delayedMessages, seconds }: MovedSum) =>
      `${counted(values, "value", "values")}, ${counted(messages, "message", "messages")}, ${counted(delayedMessages, "delayed message", "delayed messages")} in ${seconds} s.`,
    equal: " Read back and compared, entity by entity: equal.",
    phases: {
      planning: "counting",
      writing: "rows pass through",
      sealing: "Flink's tool writes the savepoint",
      sorting: "the file is sorted and synced",
      checking: "read back and compared",
    },
    rowsOf: (rows: number, all: number) => `${grouped(rows)} of ${grouped(all)} rows`,
    rows: (rows: number) => `${grouped(rows)} rows`,
  },
};

export type MoveWords = typeof en;
