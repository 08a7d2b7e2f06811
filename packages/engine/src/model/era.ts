/** A word of the port, here for the engine: packages/runtime/src/model/era.ts. */
export * from "@signalbox/runtime/model/era";
