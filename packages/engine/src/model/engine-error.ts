/** A word of the port, here for the engine: packages/runtime/src/model/engine-error.ts. */
export * from "@signalbox/runtime/model/engine-error";
