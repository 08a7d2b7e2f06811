/**
 * Expression: CEL of which an invariant is made: a condition or a number over an entity's state or a message, and which values of the state
 * it reads. Neighbours: compile-filter.ts checks and bounds it as it does filters. Unlike a filter it tells a missing value from a
 * condition that does not hold.
 */
import type { CelNode } from "./cel-environment.ts";
import {
  checkCel,
  childrenOf,
  evaluated,
  filterCharactersMax,
  type Evaluated,
  type ReadField,
  type RefusedFilter,
} from "./compile-filter.ts";
import type { FilterSubject } from "./filter-subjects.ts";

export type ExpressionFault = RefusedFilter;

export interface Expression {
  /** The names of the state values that it reads; undefined when it may read all of them. */
  readonly names: ReadonlySet<string> | undefined;
  of(read: ReadField): Evaluated;
}

const wanted = {
  condition: { types: ["bool", "dyn"], message: "This is a value and no condition.", cure: "Compare it: state.balance >= 0" },
  number: { types: ["int", "uint", "double", "dyn"], message: "This is no number.", cure: "Write a number of it: state.balance" },
} as const;

export function compileExpression(
  text: string,
  subject: FilterSubject,
  kind: keyof typeof wanted,
): { readonly kind: "ok"; readonly expression: Expression } | ExpressionFault {
  const { types, message, cure } = wanted[kind];
  const place = { at: 0, until: text.length };
  if (text.length > filterCharactersMax)
    return {
      kind: "error",
      unfinished: false,
      ...place,
      message: `It has more than ${filterCharactersMax} characters.`,
      cure: "Leave something out.",
    };
  const checked = checkCel(text, subject);
  if (checked.kind === "error") return checked;
  if (!types.some((type) => type === checked.type)) return { kind: "error", unfinished: true, ...place, message, cure };
  const { tree, fields, run } = checked;
  return { kind: "ok", expression: { names: stateNames(tree), of: (read) => evaluated(run, fields, read) } };
}

/**
 * Returns the first names below `state`; undefined when `state` stands alone or is indexed by something that is known only with a value.
 */
function stateNames(tree: CelNode): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  return gather(tree, names) ? names : undefined;
}

function gather(node: CelNode, names: Set<string>): boolean {
  if (node.op === "id") return node.args !== "state";
  if (node.op === "." && node.args[0].op === "id" && node.args[0].args === "state") {
    names.add(node.args[1]);
    return true;
  }
  if (node.op === "[]" && node.args[0].op === "id" && node.args[0].args === "state") {
    const [, key] = node.args;
    if (key.op !== "value" || typeof key.args !== "string") return false;
    names.add(key.args);
    return true;
  }
  return childrenOf(node).every((child) => gather(child, names));
}
