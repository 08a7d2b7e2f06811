/** A word of the port, here for the engine: packages/runtime/src/model/message-condition.ts. */
export * from "@signalbox/runtime/model/message-condition";
