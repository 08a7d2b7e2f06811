/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/typed-value.ts. */
export * from "@signalbox/runtime/model/typed-value";
