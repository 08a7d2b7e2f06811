/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/message-headers.ts. */
export * from "@signalbox/runtime/model/message-headers";
