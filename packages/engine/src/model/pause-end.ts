/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/pause-end.ts. */
export * from "@signalbox/runtime/model/pause-end";
