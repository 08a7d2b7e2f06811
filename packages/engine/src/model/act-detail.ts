/** A word of the port, here for the engine: packages/runtime/src/model/act-detail.ts. */
export * from "@signalbox/runtime/model/act-detail";
