/** A word of the port, here for the engine: packages/runtime/src/model/limit-spec.ts. */
export * from "@signalbox/runtime/model/limit-spec";
