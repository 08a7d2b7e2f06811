/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/watched-traces.ts. */
export * from "@signalbox/runtime/model/watched-traces";
