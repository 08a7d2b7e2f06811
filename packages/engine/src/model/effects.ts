/** A word of the port, here for the engine: packages/runtime/src/model/effects.ts. */
export * from "@signalbox/runtime/model/effects";
