/** A word of the port, here for the engine: packages/runtime/src/model/views.ts. */
export * from "@signalbox/runtime/model/views";
