/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/engine-event.ts. */
export * from "@signalbox/runtime/model/engine-event";
