/**
 * Target filter: the text of a filter, and rows that it looks at. Whatever the text: it is refused with a place and a cure, or each look at
 * any row comes to an end by itself, within the time of a case, and says that it fits, differs or is unclear.
 */
import fc from "fast-check";
import { compileFilter, filterCharactersMax } from "../../../apps/gateway/src/shared/filter/compile-filter.ts";
import { filterFieldsOf, filterSubjects, type FilterSubject } from "../../../apps/gateway/src/shared/filter/filter-subjects.ts";
import { filterFunctions, filterMethods } from "../../../apps/gateway/src/shared/filter/filter-words.ts";
import { valueOfJson, ValueTooLarge, type FilterValue } from "../../../apps/gateway/src/shared/filter/filter-values.ts";
import { must, type FuzzTarget } from "../fuzz-target.ts";

export interface FilterCase {
  readonly text: string;
  readonly subject: FilterSubject;
  /** What each field holds, as JSON. */
  readonly value: string;
}

const names = [...new Set(filterSubjects.flatMap((subject) => filterFieldsOf[subject].map(({ name }) => name)))];
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  { weight: 3, arbitrary: fc.constantFrom("==", "!=", "<", ">", "&&", "||", "!", "+", "-", "*", "/", "%", "in", "?", ":", ".", ",") },
  { weight: 2, arbitrary: fc.constantFrom("(", ")", "[", "]", "{", "}", '"', "'", '"""', "r'", "b'", "//", "\\u0000", "\n") },
  { weight: 3, arbitrary: fc.constantFrom(...[...filterMethods, ...filterFunctions].map(({ form }) => form)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('matches("(a+)+$")', "map(x, x + x)", "filter(x, true)", 'split("")', "exists(x, exists(y, x == y))"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "1",
      "0x7fffffffffffffff",
      "99999999999999999999",
      "1e308",
      "1u",
      "true",
      "null",
      "type:*",
      "is:x",
      "trace:1",
    ),
  },
  fc.string({ maxLength: 12 }),
);
const drawn = fc.array(word, { maxLength: 40 }).chain((words) => fc.constantFrom("", " ").map((joint) => words.join(joint)));
const deep = fc
  .tuple(fc.constantFrom("(", "!", "-", "[", "id.", "state.a.", "true?"), fc.integer({ min: 1, max: 1_000 }))
  .map(([part, count]) => part.repeat(count));
const large = fc.constantFrom(
  JSON.stringify(Array.from({ length: 1_900 }, () => "a".repeat(30))),
  JSON.stringify("a".repeat(16_000)),
  JSON.stringify({ a: Array.from({ length: 900 }, (_, at) => ({ at })) }),
  `${"[".repeat(900)}1${"]".repeat(900)}`,
  `[${"9".repeat(40)}]`,
);

export const filter: FuzzTarget<FilterCase> = {
  name: "filter",
  caseMsMax: 2_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases: fc.record({
    text: fc.oneof({ weight: 6, arbitrary: drawn }, deep, fc.string({ maxLength: filterCharactersMax + 20 })),
    subject: fc.constantFrom(...filterSubjects),
    value: fc.oneof({ weight: 3, arbitrary: fc.json() }, large),
  }),
  open: () =>
    Promise.resolve({
      run: (fuzzCase: FilterCase) => Promise.resolve(outcomeOf(fuzzCase)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};

function outcomeOf({ text, subject, value }: FilterCase): string {
  const compiled = compileFilter(text, subject);
  if (compiled.kind === "error") {
    const { at, until, message, cure } = compiled;
    must(
      at >= 0 && at <= until && until <= Math.max(text.length, filterCharactersMax),
      () => `a place outside of the text: ${at} to ${until}`,
    );
    must(message.trim() !== "" && cure.trim() !== "", () => "an error without words or cure");
    return compiled.unfinished ? "unfinished" : "refused";
  }
  const held = valueOf(value);
  const byType = { text: "aab", number: 5n, decimal: 1.5, time: new Date(0), texts: ["a"] } as const;
  const specs = new Map(filterFieldsOf[subject].map((field) => [field.name, field.type]));
  const { kind } = compiled.filter.look((name) => {
    const type = specs.get(name);
    must(type !== undefined, () => `a field that is none is asked for: ${name}`);
    if (type === "document" || type === "any") return held;
    return type === "texts" ? [...byType.texts] : byType[type];
  });
  must(kind === "fits" || kind === "differs" || kind === "unclear", () => "a look without an answer");
  return `ok ${kind}`;
}

function valueOf(json: string): FilterValue | undefined {
  try {
    return valueOfJson(json);
  } catch (error) {
    if (error instanceof ValueTooLarge) return undefined;
    throw error;
  }
}
