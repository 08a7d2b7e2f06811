/**
 * FilterFault: what is wrong in the text of a filter, where, and what would be right. It is made from what the CEL library reports.
 */
import type { ParseError, TypeError as CheckError } from "@marcbachmann/cel-js";
import { withFieldNames } from "./cel-environment.ts";
import { filterFieldsOf, type FilterSubject } from "./filter-subjects.ts";

export interface FilterFault {
  /** The wrong characters are those from `at` to `until`. */
  readonly at: number;
  readonly until: number;
  readonly message: string;
  readonly cure: string;
}

const celWords: readonly (readonly [RegExp, string])[] = [
  [/google\.protobuf\.Timestamp/g, "time"],
  [/google\.protobuf\.Duration/g, "duration"],
  [/map<string, dyn>/g, "document"],
  [/list<string>/g, "texts"],
  [/\bstring\b/g, "text"],
  [/\bint\b/g, "number"],
  [/\bdyn\b/g, "any"],
];

export function faultOf(error: ParseError | CheckError, text: string, subject: FilterSubject): FilterFault {
  const at = Math.min(error.range?.start ?? error.node?.start ?? text.length, text.length);
  const until = Math.max(at, Math.min(error.range?.end ?? error.node?.end ?? text.length, text.length));
  const summary = withFieldNames(error.summary);
  const place = { at, until };
  switch (error.code) {
    case "unknown_variable":
      return { ...place, ...unknownField(text.slice(at, until), subject) };
    case "no_such_overload":
      return {
        ...place,
        message: `These do not go together: ${inOurWords(summary.replace(/^no such overload: /, ""))}.`,
        cure: 'A text is compared with a text in quotes, a number with a number, a time with timestamp("…"). string(x), int(x) and double(x) make one of the other.',
      };
    case "no_matching_overload":
      return {
        ...place,
        message: `Nothing is called so: ${inOurWords(summary.replace(/^found no matching overload for /, ""))}.`,
        cure: 'On a text: startsWith("a"), endsWith, contains, holds, like("a*"); on a list: exists(x, x > 1).',
      };
    case "unterminated_string":
      return { ...place, message: "The quote is not closed.", cure: 'A " is missing.' };
    default:
      return { ...place, message: sentence(inOurWords(summary)), cure: 'Write for example id.startsWith("a") && status == "failed".' };
  }
}

function unknownField(name: string, subject: FilterSubject): Pick<FilterFault, "message" | "cure"> {
  const fields = filterFieldsOf[subject].map((field) => field.name);
  const near = fields.find((field) => field.startsWith(name.slice(0, 3)) || name.startsWith(field));
  const instead = near === undefined ? "" : `Did you mean ${near}? `;
  const sought = fields.includes("text") ? ` To look for the words themselves: text.holds("${name}").` : "";
  return { message: `There is no field ${name}.`, cure: `${instead}Fields are ${fields.join(", ")}.${sought}` };
}

function inOurWords(text: string): string {
  return celWords.reduce((said, [cel, ours]) => said.replace(cel, ours), text);
}

function sentence(text: string): string {
  const said = text.replace("Unexpected token: EOF", "It ends too early").replace(/got EOF$/, "but it ends");
  return said.endsWith(".") ? said : `${said}.`;
}
