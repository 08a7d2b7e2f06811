/**
 * filterOf: compiles a filter whose text the surface has checked already.
 */
import { compileFilter, everything, type Filter } from "./compile-filter.ts";
import type { FilterSubject } from "./filter-subjects.ts";

/** A text that is no filter lets everything through. It does not come here, because the surface refuses it. */
export function filterOf(text: string, subject: FilterSubject): Filter {
  const compiled = compileFilter(text, subject);
  return compiled.kind === "ok" ? compiled.filter : everything(subject);
}
