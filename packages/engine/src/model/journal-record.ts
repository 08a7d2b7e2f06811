/** A word of the port, here for the engine: packages/runtime/src/model/journal-record.ts. */
export * from "@signalbox/runtime/model/journal-record";
