/** A word of the port, here for the engine: packages/runtime/src/model/queries.ts. */
export * from "@signalbox/runtime/model/queries";
