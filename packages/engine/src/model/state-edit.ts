/** A word of the port, here for the engine: packages/runtime/src/model/state-edit.ts. */
export * from "@signalbox/runtime/model/state-edit";
