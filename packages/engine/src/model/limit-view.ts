/** A word of the port, here for the engine: packages/runtime/src/model/limit-view.ts. */
export * from "@signalbox/runtime/model/limit-view";
