/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/wait-reason.ts. */
export * from "@signalbox/runtime/model/wait-reason";
