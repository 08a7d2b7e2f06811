/**
 * MaskTable: the rules in force, and which fields of one value they hide: of a state value by its type and name, of a message by its
 * caller's and target's types, of an egress record by its egress and the type that wrote it. Modules set it; everything that shows values
 * asks it.
 */
import { parseTypeName } from "@signalbox/runtime";
import { anyKey, type FieldPath, type MaskRule } from "./mask-rule.ts";

/** An empty path among them hides the whole value; an empty list hides nothing. */
export type HiddenFields = readonly FieldPath[];

const nothing: HiddenFields = [];
/** For this many types the rules are cached by name; for others they are looked up each time. */
const typesKeptMax = 10_000;

export class MaskTable {
  #rules: readonly MaskRule[] = [];
  readonly #byType = new Map<string, HiddenFields>();

  get rules(): readonly MaskRule[] {
    return this.#rules;
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  set(rules: readonly MaskRule[]): void {
    this.#rules = rules;
    this.#byType.clear();
  }

  /** Returns whether anything of the type is hidden. */
  covers(type: string): boolean {
    return this.#ofType(type).length > 0;
  }

  state(type: string, name: string): HiddenFields {
    return this.#ofType(type).flatMap(([first, ...rest]) => (first === name || first === anyKey ? [rest] : []));
  }

  /** Returns the hidden fields of a message; `types` are those of its target and its caller. */
  message(...types: readonly (string | undefined)[]): HiddenFields {
    if (this.isEmpty) return nothing;
    return types.flatMap((type) => (type === undefined ? nothing : this.#ofType(type))).map(wholeOfAny);
  }

  egress(egress: string, from: string | undefined): HiddenFields {
    if (this.isEmpty) return nothing;
    const own = this.#rules.flatMap(({ cover, fields }) => (cover.kind === "egress" && cover.egress === egress ? fields : nothing));
    return [...own, ...(from === undefined ? nothing : this.#ofType(from))].map(wholeOfAny);
  }

  #ofType(type: string): HiddenFields {
    if (this.isEmpty) return nothing;
    const known = this.#byType.get(type);
    if (known !== undefined) return known;
    const found = this.#rules.flatMap((rule) => (isOfType(rule, type) ? rule.fields : nothing));
    if (this.#byType.size < typesKeptMax) this.#byType.set(type, found);
    return found;
  }
}

/** Turns `*` alone into the empty path, which stands for all that a message holds, whatever its form. */
function wholeOfAny(path: FieldPath): FieldPath {
  return path.length === 1 && path[0] === anyKey ? [] : path;
}

function isOfType({ cover }: MaskRule, type: string): boolean {
  if (cover.kind !== "functions") return false;
  if (cover.namespace === anyKey) return true;
  const parsed = parseTypeName(type);
  if (parsed.kind !== "ok") return false;
  const { namespace, name } = parsed.typeName;
  return namespace === cover.namespace && (cover.name === anyKey || cover.name === name);
}
