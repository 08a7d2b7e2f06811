/** Observer: what the engine tells its surroundings as it works: that of the port's facet "watch". */
export type { Observer } from "@signalbox/runtime";
