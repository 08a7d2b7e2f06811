/** The texts of the smallest reproduction, and of tests that are exported. Neighbours: de.ts, use-reproduction-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";

export interface SearchSum {
  readonly tries: number;
  readonly calls: number;
  readonly callsMax: number;
  readonly by: string;
}

export const en = {
  button: {
    failure: "Find the smallest reproduction…",
    state: "Find what led to a state…",
    of: {
      failure: (id: string) => `Find the smallest reproduction of ${id}…`,
      state: (id: string) => `Find what led to a state of ${id}…`,
    },
  },
  dialog: {
    title: "The smallest reproduction",
    about:
      "The recorded messages are told again to the real function, beside the entity, each time fewer, until only those are left that make it fail, or its state what you write. Each call has the header x-signalbox-replay: 1; what the function answers counts for nothing.",
    cancel: "Cancel the search",
    search: "Search",
    again: "Search again",
    last: "The last search",
    lookAt: "look at the last",
    lookedAt: "Messages that are looked at",
    calls: (count: number) => `at most ${counted(count, "call", "calls")}, one at a time, for a minute`,
    lookFor: "look for",
    lookedFor: "What is looked for",
    failure: "its failure",
    state: "a state",
    condition: "The messages after which it holds that",
    conditionHint: "It must not hold before the first of them. Masked values are masked here too.",
    label: "Search",
    sum: ({ tries, calls, callsMax, by }: SearchSum) =>
      `${counted(tries, "try", "tries")}, ${grouped(calls)} of at most ${counted(callsMax, "call", "calls")}, by ${by}`,
    made: "Calls made",
  },
  outcome: {
    fail: "fail",
    notFail: "it does not fail so",
    comeTo: (state: string) => `come to ${state}`,
    notComeTo: (state: string) => `it does not come to ${state}`,
    running: (left: number, of: number) => `Searching: ${counted(left, "message", "messages")} of ${grouped(of)} left`,
    runningMeans: "Each try is a fork in memory; nothing of it reaches anybody.",
    found: (left: number, of: number, does: string) =>
      `${counted(left, "message", "messages")} of ${grouped(of)} ${left === 1 ? "makes" : "make"} it ${does}`,
    foundMeans: (notSo: string) => `None of them can be left out: without any one ${notSo}.`,
    bounded: (left: number, of: number, does: string) =>
      `${counted(left, "message", "messages")} of ${grouped(of)} make it ${does}, perhaps fewer`,
    boundedMeans: (bound: string) => `${bound} Allow more and search again.`,
    bounds: {
      calls: "As many calls were made as it might make.",
      bytes: "As many bytes were sent as it might send.",
      time: "Its time was over.",
    },
    notReproduced: (tries: number) => `Not reproduced in ${counted(tries, "try", "tries")}`,
    notReproducedMeans: (notSo: string) =>
      `Told one by one, ${notSo}. It may have needed several in one call, something outside, an older message, or a function that has been mended since.`,
    unstable: (does: string | null, tries: number) =>
      `The same messages ${does === null ? "fail" : `make it ${does}`} only at times, in ${counted(tries, "try", "tries")}`,
    unstableMeans:
      "The function depends on something beside its messages and state: the time, chance, what it remembers, or what it asks others.",
    away: "The endpoint is away",
    awayMeans: "Nothing was learned of the messages. Search again when it answers.",
    cancelled: (left: number, of: number) => `Cancelled: ${counted(left, "message", "messages")} of ${grouped(of)} left`,
    cancelledMeans: (does: string) => `These make it ${does} as far as it was tried; fewer may do.`,
  },
  result: {
    differs: (sequence: string) =>
      `The function is not deterministic: to message #${sequence} it gave two answers after the same messages.`,
    instead: "What it did instead",
    fails: "It fails so",
    wasToFail: "It was to fail so",
    recorded: (notes: string) => `Of what was recorded: ${notes}.`,
    perhapsMore: "there may have been values before that no record tells of",
    messages: "Messages, in order",
    trace: "trace",
    before: "State before",
    nothing: "Nothing.",
    copyCurl: "Copy as curl, which sends them",
    testAbout:
      "What the entity held before and the fewest messages that make its function fail, for vitest and @signalbox/testing. Name the function under test in its third import.",
  },
  test: {
    export: "Export as test",
    exportIt: "Export as test…",
    what: "The test",
    copy: "Copy the test",
    saveAs: (name: string) => `Save as ${name}`,
    caseAbout:
      "What it held before, its last messages, and what came of them, for vitest and @signalbox/testing. Name the function under test in its third import.",
    theLast: "the last",
    most: "Messages in the test, at most",
    messages: (count: number) => (count === 1 ? "message" : `${count} messages`),
    nothing: (begins: string) => `Nothing of it can be told again. ${begins}`,
    begins: {
      restore: "It begins after the last restore of a savepoint.",
      edit: (record: number) => `It begins after record ${record}, in which a person changed the state.`,
      cut: (record: number) => `It begins after record ${record}, of which not every message was kept.`,
      many: (record: number) => `It begins after record ${record}; older messages stand in its state before.`,
      first: "It begins with the first that the journal has.",
      oldest: "It begins with the oldest that was read.",
    },
    onlySizes: "The journal keeps only the sizes of values (journal level metadata).",
    masked: "Some of its values are masked.",
    noCondition: "A test does not know the condition: copy the messages, and write what is to hold after them.",
    noModules: "It fails for what modules declare, which a test does not have.",
  },
};

export type ReproductionWords = typeof en;
