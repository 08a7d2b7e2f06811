/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/limit-view.ts. */
export * from "@signalbox/runtime/model/limit-view";
