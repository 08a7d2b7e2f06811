/** What the table of the official SDKs says of them on both runtimes; tests on Flink have these very titles, official-table.ts finds those on the embedded engine. */
export const statements = {
  greeter: "the greeter counts in its state and greets through an egress",
  state: "state of bool, int, float, string, JSON, with default values",
  longs: "state of long and double",
  deletion: "a deleted value is read as empty",
  order: "order of one sender, callers, no entity entered twice at once",
  delays: "delayed messages come, cancelled ones do not",
  egress: "records of egresses",
  calls: "calls: what is sent to the caller is the answer, for a repeat too",
  down: "functions that were down go on when they are back",
  expiration: "state expires",
  failure: "a function that throws parks its entity alone",
} as const;
