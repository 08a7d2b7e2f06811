/** Re-exports the Random of the Runtime port (packages/runtime/src/random.ts) for the engine. */
export type { Random } from "@signalbox/runtime";
