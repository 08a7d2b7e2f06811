/** A word of the port, here for the engine: packages/runtime/src/model/watched-traces.ts. */
export * from "@signalbox/runtime/model/watched-traces";
