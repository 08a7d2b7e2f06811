/** A word of the port, here for the engine: packages/runtime/src/clock.ts. */
export type { Clock } from "@signalbox/runtime";
