/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/invocation.ts. */
export * from "@signalbox/runtime/model/invocation";
