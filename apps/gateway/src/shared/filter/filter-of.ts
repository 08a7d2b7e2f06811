/** filterOf: a filter whose text the door has let in. */
import { compileFilter, everything, type Filter } from "./compile-filter.ts";
import type { FilterSubject } from "./filter-subjects.ts";

/** What is no filter lets everything through; the door has refused it. */
export function filterOf(text: string, subject: FilterSubject): Filter {
  const compiled = compileFilter(text, subject);
  return compiled.kind === "ok" ? compiled.filter : everything(subject);
}
