/**
 * What the browser and the gateway both run: pure modules that import nothing but types from either. The console imports them as
 * @signalbox/gateway/shared; with the filter language (filter/index.ts) it is the only code of the gateway that reaches a browser.
 */
export { FlowReceived, type FlowGraph, type FlowPlaces } from "./flow-delta.ts";
export { latencySeconds, rateSeconds, timelineSeconds } from "./rolling-seconds.ts";
export { statePath, withinRange } from "./filter/filter-paths.ts";
export { bucketOf, middleOf } from "./number-buckets.ts";
export { rollupAgeMs, rollupValues, type RollupValueName } from "./rollup-values.ts";
export { nearestWord } from "./nearest-word.ts";
export { equalFilter } from "./equal-filter.ts";
