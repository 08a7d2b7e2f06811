/** A word of the port, here for the engine: packages/runtime/src/model/message-headers.ts. */
export * from "@signalbox/runtime/model/message-headers";
