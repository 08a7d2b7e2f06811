/**
 * CelEnvironment: the CEL library with the fields of one subject. CEL reserves the names `type` and `namespace`, so they are replaced by
 * names of the same length, and places in the text stay right. Neighbours: compile-filter.ts asks, filter-subjects.ts has the fields.
 */
import { Environment, type ASTNode } from "@marcbachmann/cel-js";
import { fitsPieces } from "../fits-pieces.ts";
import { filterFieldsOf, type FilterSubject, type FilterType } from "./filter-subjects.ts";

export type CelNode = ASTNode;

const astNodesMax = 256;
const nestingMax = 24;
const listElementsMax = 64;

const celTypes: Readonly<Record<FilterType, string>> = {
  text: "string",
  number: "int",
  decimal: "double",
  time: "google.protobuf.Timestamp",
  texts: "list<string>",
  document: "map<string, dyn>",
  any: "dyn",
};

const environments = new Map<FilterSubject, Environment>();

export function celEnvironment(subject: FilterSubject): Environment {
  const known = environments.get(subject);
  if (known !== undefined) return known;
  const limits = {
    maxAstNodes: astNodesMax,
    maxDepth: nestingMax,
    maxListElements: listElementsMax,
    maxMapEntries: 1,
    maxCallArguments: 3,
  };
  const made = new Environment({ limits, homogeneousAggregateLiterals: false });
  for (const { name, type } of filterFieldsOf[subject]) made.registerVariable(celName(name), celTypes[type]);
  made.registerFunction("string.like(string): bool", (text: string, pattern: string) => fitsPieces(pattern.split(/\*+/), text));
  made.registerFunction("string.holds(string): bool", (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase()));
  environments.set(subject, made);
  return made;
}

const standIns: Readonly<Record<string, string>> = { type: "t_pe", namespace: "n_mespace" };
const names = new Map(Object.entries(standIns).map(([name, standIn]) => [standIn, name]));
/**
 * Matches quoted texts too, so that they are passed over. After a point or before a bracket such a name is not the field and is left alone.
 */
const quotedOrTaken = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?<![\w.])(?:type|namespace)(?![\w(])/g;

export function celName(name: string): string {
  return standIns[name] ?? name;
}

export function fieldName(name: string): string {
  return names.get(name) ?? name;
}

export function celText(text: string): string {
  return text.replace(quotedOrTaken, (token) => celName(token));
}

export function withFieldNames(text: string): string {
  return [...names].reduce((said, [standIn, name]) => said.replaceAll(standIn, name), text);
}
