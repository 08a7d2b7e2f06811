/** A word of the port, here for the engine: packages/runtime/src/model/message.ts. */
export * from "@signalbox/runtime/model/message";
