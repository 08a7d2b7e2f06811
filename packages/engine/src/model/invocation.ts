/** A word of the port, here for the engine: packages/runtime/src/model/invocation.ts. */
export * from "@signalbox/runtime/model/invocation";
