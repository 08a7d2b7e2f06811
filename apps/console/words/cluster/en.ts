/** The texts of the cluster that functions run on, and of what a runtime cannot do. Neighbours: de.ts, use-cluster-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";

export interface ClusterRoom {
  readonly taskManagers: number;
  readonly taken: number;
  readonly slots: number;
}

export const en = {
  label: "Flink cluster",
  at: (url: string) => ` at ${url}: `,
  room: ({ taskManagers, taken, slots }: ClusterRoom) =>
    `${counted(taskManagers, "TaskManager", "TaskManagers")}, ${grouped(taken)} of ${counted(slots, "slot", "slots")} taken`,
  saving: "the job ends with a savepoint",
  starting: "the job starts",
  step: (doing: string, time: string) => `${doing} for ${time}; functions stand still meanwhile, what is sent waits. `,
  noJob: "no job runs. ",
  noCheckpoint: "no checkpoint yet",
  checkpoint: (id: string, age: string, cost: string) => `checkpoint ${id} ${age} in ${cost}`,
  failed: (count: string) => `, ${count} failed`,
  job: (state: string, parallelism: string) => `job ${state} at parallelism ${parallelism}, `,
  allFree: "all free slots",
  checkpointsEvery: (time: string, mode: string) => `Checkpoints every ${time}, ${mode}. `,
  modes: { "exactly-once": "exactly once", "at-least-once": "at least once" },
  parallelism: (asked: string) => `Parallelism asked for: ${asked}; `,
  calls: (calls: number, connections: number) =>
    `up to ${counted(calls, "call", "calls")} in flight in a task, ${counted(connections, "connection", "connections")} to an endpoint.`,
  whyNot: {
    changing: "The job is being changed already.",
    noJob: "No job runs.",
    whole: "Give a whole number, at least 1.",
    tooMany: (most: number, slots: string) =>
      `The job can have ${counted(most, "slot", "slots")} of ${slots}. Start more TaskManagers for more.`,
    already: (parallelism: string) => `The job runs at ${parallelism} already.`,
  },
  rescale: {
    open: "Rescale…",
    title: "Rescale the job on Flink",
    act: (parallelism: number) => `Run it at parallelism ${parallelism}`,
    about: (now: number) =>
      `The job ends with a savepoint and starts from it, at present at ${now}. All functions stand still for the seconds that this takes; what is sent meanwhile is kept and waits. When it cannot start, it runs again as before.`,
    parallelism: "Parallelism",
  },
  failures: {
    none: "Nothing failed on it since the job began.",
    label: "Failures of the job on Flink",
    at: "At",
    cause: "Started again from the last checkpoint, because",
    task: "Task",
  },
  functions: {
    label: "Function types on Flink",
    type: "On Flink",
    received: "Messages",
    receivedExplains: "Messages and replies that Flink counted since the job began",
    sent: "Sent",
    sentExplains: "Messages to other functions since the job began",
    egress: "Egress",
    egressExplains: "Records to egresses since the job began",
    waiting: "Waiting",
    waitingExplains: "Messages that wait for a call of their entity to end",
    inFlight: "In flight",
    inFlightExplains: "Calls that have not been answered",
    failed: "Failed",
    failedExplains: "Calls that failed since the job began",
    p99Explains: "Of calls, as Flink measures it",
  },
};

export type ClusterWords = typeof en;
