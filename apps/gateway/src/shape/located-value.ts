/**
 * LocatedValue: a YAML value in which every part knows its line and column, so that checks can point at what is wrong.
 * locate() makes it from the `yaml` package's nodes: aliases are followed (at most yamlAliasesMax), nesting is bounded by
 * yamlDepthMax, so a small text cannot grow into a large value.
 */
import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { IssueList } from "./issues.ts";
import type { LinePosition } from "./line-position.ts";

const yamlAliasesMax = 100;
const yamlDepthMax = 32;

export interface LocatedScalar {
  readonly kind: "scalar";
  readonly position: LinePosition;
  /** The text as written, with ${VAR} resolved inside `spec`. */
  readonly text: string;
  readonly value: string | number | bigint | boolean | null;
  /** The text with its ${VAR}, where there is one; this one may be shown. */
  readonly written?: string;
  /** Set when a ${VAR} inside has no value; that was reported, so the text is not checked further. */
  readonly unresolved?: true;
}

export interface LocatedList {
  readonly kind: "list";
  readonly position: LinePosition;
  readonly items: readonly LocatedValue[];
}

export interface LocatedField {
  readonly keyPosition: LinePosition;
  readonly value: LocatedValue;
}

export interface LocatedMap {
  readonly kind: "map";
  readonly position: LinePosition;
  readonly fields: ReadonlyMap<string, LocatedField>;
}

export type LocatedValue = LocatedScalar | LocatedList | LocatedMap;

export interface LocateContext {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly issues: IssueList;
  /** Counts the aliases of the whole text. */
  readonly aliases: { count: number };
}

/** Thrown when a walk exceeds a limit; parse-module.ts turns it into one issue. */
export class LimitReached extends Error {
  readonly position: LinePosition;

  constructor(message: string, position: LinePosition) {
    super(message);
    this.name = "LimitReached";
    this.position = position;
  }
}

export function positionAt(lines: LineCounter, offset: number): LinePosition {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

export function locate(node: Node | null, context: LocateContext, fallback: LinePosition): LocatedValue {
  return locateAt(node, context, { depth: 0, fallback });
}

interface Place {
  readonly depth: number;
  readonly fallback: LinePosition;
}

function locateAt(node: Node | null, context: LocateContext, place: Place): LocatedValue {
  const position = node?.range === null || node?.range === undefined ? place.fallback : positionAt(context.lines, node.range[0]);
  if (place.depth > yamlDepthMax) throw new LimitReached(`values are nested deeper than ${yamlDepthMax} levels`, position);
  const inside: Place = { depth: place.depth + 1, fallback: position };
  if (node === null) return { kind: "scalar", position, text: "", value: null };
  if (isAlias(node)) {
    context.aliases.count += 1;
    if (context.aliases.count > yamlAliasesMax) throw new LimitReached(`more than ${yamlAliasesMax} aliases are used`, position);
    const target = node.resolve(context.document);
    if (target === undefined) throw new LimitReached(`the alias *${node.source} refers to no anchor before it`, position);
    return locateAt(target, context, inside);
  }
  if (isMap(node)) return { kind: "map", position, fields: locateFields(node, context, inside) };
  if (isSeq(node)) return { kind: "list", position, items: locateItems(node, context, inside) };
  if (isScalar(node)) return { kind: "scalar", position, ...scalarOf(node.value, node.source) };
  throw new LimitReached("this value is of no known kind", position);
}

function locateItems(node: YAMLSeq, context: LocateContext, place: Place): LocatedValue[] {
  return node.items.map((item) => locateAt(asNode(item), context, place));
}

function locateFields(node: YAMLMap, context: LocateContext, place: Place): Map<string, LocatedField> {
  const fields = new Map<string, LocatedField>();
  for (const pair of node.items as Pair[]) {
    const key = locateAt(asNode(pair.key), context, place);
    if (key.kind !== "scalar") {
      context.issues.error(key.position, "A property's name must be a plain word.");
      continue;
    }
    if (fields.has(key.text)) context.issues.error(key.position, `"${key.text}" stands twice here; keep one.`);
    const value = locateAt(asNode(pair.value), context, { ...place, fallback: key.position });
    fields.set(key.text, { keyPosition: key.position, value });
  }
  return fields;
}

/** The package types what it parsed as unknown; in a parsed text it is always a node or nothing. */
function asNode(item: unknown): Node | null {
  return (item ?? null) as Node | null;
}

function scalarOf(value: unknown, source: string | undefined): Pick<LocatedScalar, "text" | "value"> {
  switch (typeof value) {
    case "string":
      return { text: value, value };
    case "number":
    case "bigint":
    case "boolean":
      return { text: source ?? String(value), value };
    default:
      return { text: source ?? "", value: null };
  }
}
