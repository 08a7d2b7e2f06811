/** A word of the port, here for the engine: packages/runtime/src/model/breakpoint.ts. */
export * from "@signalbox/runtime/model/breakpoint";
