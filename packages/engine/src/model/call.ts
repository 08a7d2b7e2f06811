/** A word of the port, here for the engine: packages/runtime/src/model/call.ts. */
export * from "@signalbox/runtime/model/call";
