/** A word of the port, here for the engine: packages/runtime/src/model/erasure.ts. */
export * from "@signalbox/runtime/model/erasure";
