/**
 * Filters as inputs: one text in the one language (shared/filter, docs/filters.md), refused with the place of the fault; and how far a
 * filtered list looked.
 */
import { z } from "zod";
import { compileFilter, filterCharactersMax } from "../../shared/filter/compile-filter.ts";
import type { FilterSubject } from "../../shared/filter/filter-subjects.ts";
import { utf8Text } from "./address.ts";

export function filterInput(subject: FilterSubject) {
  return utf8Text.max(filterCharactersMax).superRefine((text, context) => {
    const compiled = compileFilter(text, subject);
    if (compiled.kind === "error")
      context.addIssue({ code: "custom", message: `at character ${compiled.at + 1}: ${compiled.message} ${compiled.cure}` });
  });
}

/** How far a filtered list looked. */
export const lookedView = z.strictObject({
  /** Rows that were looked at. */
  rows: z.number(),
  /** False when its time or its number of rows was used up; the cursor continues from there. */
  complete: z.boolean(),
  /** Rows for which the filter could not be decided; they count as not fitting. */
  unclear: z.number(),
  /** Why, for the first of them. */
  unclearWhy: z.string().nullable(),
});
export type LookedView = z.output<typeof lookedView>;
