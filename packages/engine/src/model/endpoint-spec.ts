/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/endpoint-spec.ts. */
export * from "@signalbox/runtime/model/endpoint-spec";
