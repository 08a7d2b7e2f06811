/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/state-edit.ts. */
export * from "@signalbox/runtime/model/state-edit";
