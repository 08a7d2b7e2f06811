/** A word of the port, here for the engine: packages/runtime/src/model/built-in.ts. */
export * from "@signalbox/runtime/model/built-in";
