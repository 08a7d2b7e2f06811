/**
 * The filter language, for the browser: the same modules as the gateway runs. Apart from shared/index.ts, so that only pages with a filter load the CEL
 * library. The console imports it as @signalbox/gateway/filter.
 */
export { chipsOf, equalOf, textOfChips, withEqual } from "./filter-chips.ts";
export { compileFilter, filterCharactersMax, type CompiledFilter, type Filter } from "./compile-filter.ts";
export { completeFilter, type FilterOption, type KnownOfRows } from "./complete-filter.ts";
export { compileExpression } from "./expression.ts";
export type { FilterSubject, FilterType } from "./filter-subjects.ts";
