/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/failure.ts. */
export * from "@signalbox/runtime/model/failure";
