/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/limit-spec.ts. */
export * from "@signalbox/runtime/model/limit-spec";
