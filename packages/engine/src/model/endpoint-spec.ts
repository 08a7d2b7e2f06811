/** A word of the port, here for the engine: packages/runtime/src/model/endpoint-spec.ts. */
export * from "@signalbox/runtime/model/endpoint-spec";
