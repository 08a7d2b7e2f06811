/** A word of the port, here for the engine: packages/runtime/src/model/utf8-order.ts. */
export * from "@signalbox/runtime/model/utf8-order";
