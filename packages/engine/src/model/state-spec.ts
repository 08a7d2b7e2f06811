/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/state-spec.ts. */
export * from "@signalbox/runtime/model/state-spec";
