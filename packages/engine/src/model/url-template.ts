/** Re-exports for the engine what the Runtime port declares in packages/runtime/src/model/url-template.ts. */
export * from "@signalbox/runtime/model/url-template";
