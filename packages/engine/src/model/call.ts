/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/call.ts. */
export * from "@signalbox/runtime/model/call";
