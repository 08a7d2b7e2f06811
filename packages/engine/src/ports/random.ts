/** A word of the port, here for the engine: packages/runtime/src/random.ts. */
export type { Random } from "@signalbox/runtime";
