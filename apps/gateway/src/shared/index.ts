/**
 * What the browser and the gateway both run: pure modules that import nothing of either but types. The console imports them as
 * @signalbox/gateway/shared; it is the only code of the gateway that reaches a browser.
 */
export { FlowReceived, type FlowGraph, type FlowPlaces } from "./flow-delta.ts";
export { latencySeconds, rateSeconds, timelineSeconds } from "./rolling-seconds.ts";
export { filterFields, rowStatuses, type FilterField, type FilterTerm, type RowFilter } from "./filter-tree.ts";
export { rollupAgeMs, rollupValues, type RollupValueName } from "./rollup-values.ts";
export { exactField, filterText, withField } from "./row-filter-text.ts";
export { everyRow, matchesRow, parseFilter, type ParsedFilter } from "./row-filter.ts";
