/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/built-in.ts. */
export * from "@signalbox/runtime/model/built-in";
