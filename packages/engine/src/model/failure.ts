/** A word of the port, here for the engine: packages/runtime/src/model/failure.ts. */
export * from "@signalbox/runtime/model/failure";
