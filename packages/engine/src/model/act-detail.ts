/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/act-detail.ts. */
export * from "@signalbox/runtime/model/act-detail";
