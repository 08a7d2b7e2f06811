/**
 * InvariantWords: an invariant in words: what its rule asks for, and what a number of it means.
 */
import type { InvariantRow, InvariantRule } from "../../trpc/views.ts";
import { THIN_SPACE } from "../../format/numbers.ts";
import type { InvariantsWords } from "../../words/invariants/en.ts";

type RuleWords = InvariantsWords["rule"];

export const invariantsPath = "/failures/invariants";

export function ruleWords(rule: InvariantRule, words: RuleWords): string {
  if (rule.kind === "entity") return words.every(rule.type, rule.holds);
  const terms = rule.terms.map((term, index) => {
    const sign = term.minus ? "− " : index === 0 ? "" : "+ ";
    const what = term.value.trim() === "" ? words.count : words.sum;
    const of = term.value.trim() === "" ? "" : words.of(term.value);
    const over = term.over === "messages" ? words.onTheWay(term.type) : term.type;
    const where = term.where.trim() === "" ? "" : words.where(term.where);
    return `${sign}${what}(${of}${over}${where})`;
  });
  return `${terms.join(" ")} ${compareWords(rule.compare, words)}`;
}

function compareWords(compare: Extract<InvariantRule, { kind: "total" }>["compare"], words: RuleWords): string {
  switch (compare.kind) {
    case "never-changes":
      return words.neverChanges;
    case "equals":
      return `= ${compare.number}`;
    case "at-most":
      return `≤ ${compare.number}`;
    case "at-least":
      return `≥ ${compare.number}`;
  }
}

/** Writes `1000000.5` as people read it, with every digit. */
export function digits(number: string): string {
  const [whole = "", fraction] = number.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

export const toneOf = { holds: "clear", violated: "danger", "not-known": "caution", starting: "quiet" } as const satisfies Record<
  InvariantRow["status"]["kind"],
  string
>;
