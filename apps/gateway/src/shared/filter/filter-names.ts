/**
 * namesOf: the part of a filter that asks for names alone (type, id, value's type, status, trace), as a tree that is applied beside the
 * engine before any value is decoded and without the CEL library. Neighbours: row-filter.ts matches it, flow/tail.ts applies the rest.
 * Guarantee: every row that fits the filter fits its names.
 */
import type { FilterField, FilterTerm, RowFilter } from "../filter-tree.ts";
import { fieldName, type CelNode } from "./cel-environment.ts";
import type { Filter } from "./compile-filter.ts";

const nameFields: Readonly<Record<string, FilterField>> = { type: "type", id: "id", valueType: "value", status: "is", trace: "trace" };

/** `whole` is true when the filter asks for nothing but names. */
export function namesOf({ tree }: Filter): { readonly names: RowFilter; readonly whole: boolean } {
  const parts = tree === undefined ? [] : conjuncts(tree);
  const terms = parts.map(termOf).filter((term) => term !== undefined);
  return { names: { kind: "all-of", terms }, whole: terms.length === parts.length };
}

/** Splits what is joined by && at the top level. */
export function conjuncts(tree: CelNode): CelNode[] {
  return tree.op === "&&" ? tree.args.flatMap(conjuncts) : [tree];
}

function termOf(node: CelNode): FilterTerm | undefined {
  if (node.op === "==") {
    const [left, right] = node.args;
    return termOfEqual(left, right) ?? termOfEqual(right, left);
  }
  if (node.op !== "rcall") return undefined;
  const [method, on, [argument]] = node.args;
  const field = fieldOfNode(on);
  const text = argument?.op === "value" ? argument.args : undefined;
  if (field === undefined || field === "trace" || typeof text !== "string") return undefined;
  if (method === "startsWith") return { field, pieces: [text, ""] };
  if (method === "endsWith") return { field, pieces: ["", text] };
  if (method === "contains") return { field, pieces: ["", text, ""] };
  return method === "like" ? { field, pieces: text.split(/\*+/) } : undefined;
}

function termOfEqual(name: CelNode, value: CelNode): FilterTerm | undefined {
  const field = fieldOfNode(name);
  if (field === undefined || value.op !== "value") return undefined;
  const text = value.args;
  if (typeof text === "string" && field !== "trace") return { field, pieces: [text] };
  return typeof text === "bigint" && field === "trace" ? { field, pieces: [String(text)] } : undefined;
}

function fieldOfNode(node: CelNode): FilterField | undefined {
  return node.op === "id" ? nameFields[fieldName(node.args)] : undefined;
}
