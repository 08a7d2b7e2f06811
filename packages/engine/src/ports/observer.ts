/** Observer: receives what the engine reports as it works. Re-exports that of the Runtime port's facet "watch". */
export type { Observer } from "@signalbox/runtime";
