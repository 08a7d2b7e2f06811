/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/views.ts. */
export * from "@signalbox/runtime/model/views";
