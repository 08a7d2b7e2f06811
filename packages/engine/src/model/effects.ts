/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/effects.ts. */
export * from "@signalbox/runtime/model/effects";
