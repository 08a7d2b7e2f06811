/** A word of the port, here for the engine: packages/runtime/src/model/wait-reason.ts. */
export * from "@signalbox/runtime/model/wait-reason";
