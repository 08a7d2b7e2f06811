/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/journal-record.ts. */
export * from "@signalbox/runtime/model/journal-record";
