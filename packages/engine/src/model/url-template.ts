/** A word of the port, here for the engine: packages/runtime/src/model/url-template.ts. */
export * from "@signalbox/runtime/model/url-template";
