/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/breakpoint.ts. */
export * from "@signalbox/runtime/model/breakpoint";
