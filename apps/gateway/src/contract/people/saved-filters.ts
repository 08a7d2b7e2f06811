/**
 * savedFilters: filters that a person gave a name, by what they are about. Each person and token has filters of their own; where nobody
 * signs in all share the same. A link shares one with others. Neighbours: shared/filter has the language, services/filters/ keeps them in
 * the catalog.
 */
import { z } from "zod";
import { filterSubjects } from "../../shared/filter/filter-subjects.ts";
import { compileFilter, filterCharactersMax } from "../../shared/filter/compile-filter.ts";
import { utf8Text } from "../shapes/address.ts";
import { isLineOfText } from "../shapes/line-of-text.ts";
import { done, mutation, query } from "../operation.ts";

/** The most filters of one person for one subject. */
export const savedFiltersMax = 50;
const filterNameCharactersMax = 60;

const subject = z.enum(filterSubjects);
const name = z.string().trim().min(1).max(filterNameCharactersMax).refine(isLineOfText, "a name is one line of text");

const savedFilter = z.strictObject({ name: z.string(), text: z.string() });

const own = { access: "self", scope: "gateway" } as const;

export const savedFilters = {
  list: query({
    summary: "Filters that one saved under a name, the last one first",
    ...own,
    input: z.object({ subject }),
    output: z.array(savedFilter),
    problems: [],
    http: { method: "GET", path: "/v1/filters/{subject}", under: "filters" },
  }),
  save: mutation({
    summary: "Save a filter under a name, in the place of the one that had it",
    ...own,
    subject: ["subject", "name"],
    large: ["text"],
    input: z.object({ subject, name, text: utf8Text.min(1).max(filterCharactersMax) }).superRefine(({ subject: about, text }, context) => {
      const compiled = compileFilter(text, about);
      if (compiled.kind === "error")
        context.addIssue({
          code: "custom",
          path: ["text"],
          message: `at character ${compiled.at + 1}: ${compiled.message} ${compiled.cure}`,
        });
    }),
    output: done,
    problems: ["INVALID_REQUEST"],
    http: { method: "PUT", path: "/v1/filters/{subject}/{name}" },
  }),
  forget: mutation({
    summary: "Forget a saved filter",
    ...own,
    subject: ["subject", "name"],
    input: z.object({ subject, name }),
    output: done,
    problems: [],
    http: { method: "DELETE", path: "/v1/filters/{subject}/{name}" },
  }),
} as const;
