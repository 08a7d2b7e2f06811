/** A word of the port, here for the engine: packages/runtime/src/model/typed-value.ts. */
export * from "@signalbox/runtime/model/typed-value";
