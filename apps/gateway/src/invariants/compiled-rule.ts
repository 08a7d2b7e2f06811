/**
 * CompiledRule: an invariant's rule with its CEL ready to run, or what is wrong with it and where. Neighbours:
 * contract/entities/invariants.ts has the form, invariant-fold.ts asks it of values. Guarantee: one look at a value is bounded in steps
 * (shared/filter).
 */
import type { InvariantRule } from "../contract/entities/invariants.ts";
import { compileExpression, type Expression, type ExpressionFault } from "../shared/filter/expression.ts";
import type { Evaluated, ReadField } from "../shared/filter/compile-filter.ts";
import { exactFrom, exactOf, type Exact } from "./exact-number.ts";

export type Amount = { readonly kind: "exact"; readonly exact: Exact } | { readonly kind: "unclear"; readonly why: string };

export interface CompiledTerm {
  readonly over: "states" | "messages";
  readonly type: string;
  /** The names of the state values that it needs; undefined when it needs all of them. */
  readonly names: ReadonlySet<string> | undefined;
  /** Returns what one entity or message adds; it adds nothing when it does not have the fields that are asked for. */
  amount(read: ReadField): Amount;
}

export type Comparison = { readonly kind: "never-changes" } | { readonly kind: "equals" | "at-most" | "at-least"; readonly limit: Exact };

export type CompiledRule =
  | {
      readonly kind: "entity";
      readonly type: string;
      readonly names: ReadonlySet<string> | undefined;
      /** Whether the condition holds. When a field that it asks for is missing, nothing is violated. */
      holds(read: ReadField): Evaluated;
    }
  | { readonly kind: "total"; readonly terms: readonly CompiledTerm[]; readonly compare: Comparison };

export interface RuleFault extends Pick<ExpressionFault, "at" | "until" | "message" | "cure"> {
  /** The field of the rule that is wrong. */
  readonly where: string;
}

const nothing: Amount = { kind: "exact", exact: 0n };

export function compileRule(
  rule: InvariantRule,
): { readonly kind: "ok"; readonly rule: CompiledRule } | ({ readonly kind: "error" } & RuleFault) {
  if (rule.kind === "entity") {
    const compiled = compileExpression(rule.holds, "state", "condition");
    if (compiled.kind === "error") return fault("holds", compiled);
    const { names, of } = compiled.expression;
    return { kind: "ok", rule: { kind: "entity", type: rule.type, names: names?.size === 0 ? undefined : names, holds: of } };
  }
  const terms: CompiledTerm[] = [];
  for (const [index, term] of rule.terms.entries()) {
    const subject = term.over === "states" ? "state" : "on-the-way";
    const value = term.value.trim() === "" ? undefined : compileExpression(term.value, subject, "number");
    if (value?.kind === "error") return fault(`terms.${index}.value`, value);
    const where = term.where.trim() === "" ? undefined : compileExpression(term.where, subject, "condition");
    if (where?.kind === "error") return fault(`terms.${index}.where`, where);
    terms.push(compiledTerm(term, value?.expression, where?.expression));
  }
  const { compare } = rule;
  if (compare.kind === "never-changes") return { kind: "ok", rule: { kind: "total", terms, compare } };
  const limit = exactFrom(compare.number);
  if (limit === undefined)
    return {
      kind: "error",
      where: "compare.number",
      at: 0,
      until: compare.number.length,
      message: "This is no number.",
      cure: "Write a number such as 1000 or -0.5.",
    };
  return { kind: "ok", rule: { kind: "total", terms, compare: { kind: compare.kind, limit } } };
}

function fault(where: string, { at, until, message, cure }: ExpressionFault): { readonly kind: "error" } & RuleFault {
  return { kind: "error", where, at, until, message, cure };
}

type Term = Extract<InvariantRule, { kind: "total" }>["terms"][number];

function compiledTerm({ over, type, minus }: Term, value: Expression | undefined, where: Expression | undefined): CompiledTerm {
  const parts = [value, where].filter((part) => part !== undefined);
  const all = parts.flatMap(({ names }) => [...(names ?? [])]);
  // A count of entities has no names of its own, but needs to know whether the entity has any value at all.
  const names = all.length === 0 || parts.some((part) => part.names === undefined) ? undefined : new Set(all);
  return {
    over,
    type,
    names,
    amount(read) {
      const fits = where?.of(read) ?? { kind: "value", value: true };
      if (fits.kind === "unclear") return fits;
      if (fits.kind === "missing" || fits.value !== true) return nothing;
      const given = value?.of(read) ?? { kind: "value", value: 1n };
      if (given.kind === "unclear") return given;
      if (given.kind === "missing" || given.value === null) return nothing;
      const exact = exactOf(given.value);
      if (exact === undefined) return { kind: "unclear", why: `${wordOf(given.value)} is no number that can be added exactly` };
      return { kind: "exact", exact: minus ? -exact : exact };
    },
  };
}

function wordOf(value: unknown): string {
  return typeof value === "number" ? String(value) : `a value of the kind ${typeof value}`;
}
