/** A word of the port, here for the engine: packages/runtime/src/model/address.ts. */
export * from "@signalbox/runtime/model/address";
