/** A word of the port, here for the engine: packages/runtime/src/model/state-spec.ts. */
export * from "@signalbox/runtime/model/state-spec";
