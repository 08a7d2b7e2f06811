/** Re-exports the Clock of the Runtime port (packages/runtime/src/clock.ts) for the engine. */
export type { Clock } from "@signalbox/runtime";
