/**
 * compileFilter: turns the text of a filter into a function that tells whether a row fits, or into what is wrong with the text and where.
 * The browser and the gateway run this same module. The language is CEL with the fields of the subject; the older form, `type:shop/cart
 * is:failed`, is translated into CEL first.
 * Neighbours: filter-cost.ts says what is too much, filter-names.ts what can be told before a value is decoded.
 * Guarantee: compiling and one look at a row are bounded in steps, whatever the text and the row.
 */
import { EvaluationError, ParseError, TypeError as CheckError } from "@marcbachmann/cel-js";
import { celEnvironment, celName, celText, withFieldNames, type CelNode } from "./cel-environment.ts";
import { FilterCost, filterStepsMax } from "./filter-cost.ts";
import { faultOf, type FilterFault } from "./filter-fault.ts";
import type { FilterSubject } from "./filter-subjects.ts";
import { ValueTooLarge, type FilterValue } from "./filter-values.ts";
import { termsAsCel } from "./terms-as-cel.ts";

/** Longer texts are refused. */
export const filterCharactersMax = 1_024;

/** Reads the value of a field of the row; undefined when the row has none. May throw ValueTooLarge. */
export type ReadField = (name: string) => FilterValue | undefined;

export type Look =
  | { readonly kind: "fits" }
  | { readonly kind: "differs" }
  /** Whether the row fits could not be decided, so it counts as not fitting. */
  | { readonly kind: "unclear"; readonly why: string };

export interface Filter {
  readonly subject: FilterSubject;
  /** The filter as CEL; empty when every row fits. */
  readonly text: string;
  readonly tree: CelNode | undefined;
  /** The names of the fields that the filter reads. */
  readonly fields: ReadonlySet<string>;
  /** The most steps that one look takes. */
  readonly steps: number;
  look(read: ReadField): Look;
}

/** `unfinished` when the text ends too early, as it does while somebody writes it. */
export type RefusedFilter = { readonly kind: "error"; readonly unfinished: boolean } & FilterFault;

export type CompiledFilter = { readonly kind: "ok"; readonly filter: Filter } | RefusedFilter;

const fits: Look = { kind: "fits" };
const differs: Look = { kind: "differs" };

export function everything(subject: FilterSubject): Filter {
  return { subject, text: "", tree: undefined, fields: new Set(), steps: 0, look: () => fits };
}

export function compileFilter(given: string, subject: FilterSubject): CompiledFilter {
  const tooLong = `A filter has at most ${filterCharactersMax} characters; this one has ${given.length}.`;
  const end = { at: filterCharactersMax, until: given.length, cure: "Leave something out." };
  if (given.length > filterCharactersMax) return { kind: "error", unfinished: false, message: tooLong, ...end };
  if (given.trim() === "") return { kind: "ok", filter: everything(subject) };
  const terms = termsAsCel(given, subject);
  if (terms.kind === "error") return terms;
  return compileCel(terms.kind === "cel" ? terms.text : given, subject);
}

function compileCel(text: string, subject: FilterSubject): CompiledFilter {
  const checked = checkCel(text, subject);
  if (checked.kind === "error") return checked;
  const { tree, fields, steps, type, run } = checked;
  if (type !== "bool" && type !== "dyn") return { kind: "error", unfinished: true, at: text.length, until: text.length, ...noCondition };
  return { kind: "ok", filter: { subject, text, tree, fields, steps, look: lookWith(run, fields) } };
}

export type CheckedCel =
  | {
      readonly kind: "ok";
      readonly tree: CelNode;
      readonly fields: ReadonlySet<string>;
      readonly steps: number;
      /** The type of the result, as CEL names it: bool, int, double, dyn, … */
      readonly type: string;
      run(context: Record<string, FilterValue>): unknown;
    }
  | RefusedFilter;

/** Checks CEL and bounds its steps, whatever the type of its result; expression.ts uses it for conditions and numbers. */
export function checkCel(text: string, subject: FilterSubject): CheckedCel {
  try {
    const parsed = celEnvironment(subject).parse(celText(text));
    const cost = new FilterCost();
    const steps = cost.of(parsed.ast);
    if (cost.fault !== undefined) return { kind: "error", unfinished: false, ...cost.fault };
    if (steps > filterStepsMax) return { kind: "error", unfinished: false, at: 0, until: text.length, ...tooMuch };
    const wrongTime = timeFault(parsed.ast, subject);
    if (wrongTime !== undefined) return { kind: "error", unfinished: false, ...wrongTime };
    const { valid, type = "dyn", error } = parsed.check();
    if (!valid && error !== undefined) return refused(error, text, subject);
    return { kind: "ok", tree: parsed.ast, fields: cost.fields, steps, type, run: parsed };
  } catch (error) {
    if (error instanceof ParseError || error instanceof CheckError) return refused(error, text, subject);
    throw error;
  }
}

const tooMuch = {
  message: "This would take too long of each row.",
  cure: "A loop in a loop, or a search in a loop over something else than its element, is too much: ask for less at once.",
};
const noCondition = { message: "This is a value and no condition.", cure: 'Compare it: == "…", > 5, or .startsWith("…").' };

function refused(error: ParseError | CheckError, text: string, subject: FilterSubject): RefusedFilter {
  const fault = faultOf(error, text, subject);
  const unfinished = error instanceof ParseError && fault.until >= text.trimEnd().length;
  return { kind: "error", unfinished, ...fault };
}

function lookWith(run: (context: Record<string, FilterValue>) => unknown, fields: ReadonlySet<string>): Filter["look"] {
  return (read) => {
    const given = evaluated(run, fields, read);
    // A row without the field that is asked for does not fit.
    if (given.kind === "unclear") return given;
    return given.kind === "value" && given.value === true ? fits : differs;
  };
}

export type Evaluated =
  | { readonly kind: "value"; readonly value: unknown }
  /** The row does not have the field that is asked for. */
  | { readonly kind: "missing" }
  | Extract<Look, { kind: "unclear" }>;

export function evaluated(run: (context: Record<string, FilterValue>) => unknown, fields: ReadonlySet<string>, read: ReadField): Evaluated {
  const context: Record<string, FilterValue> = Object.create(null);
  try {
    for (const name of fields) {
      const value = read(name);
      if (value !== undefined) context[celName(name)] = value;
    }
    return { kind: "value", value: run(context) };
  } catch (error) {
    if (error instanceof ValueTooLarge) return { kind: "unclear", why: error.message };
    if (!(error instanceof EvaluationError)) throw error;
    if (error.code === "no_such_key" || error.code === "unknown_variable") return { kind: "missing" };
    return { kind: "unclear", why: withFieldNames(error.summary) };
  }
}

/** Checks the texts of timestamp() and duration(), because a wrong one would otherwise show only with the first row. */
function timeFault(node: CelNode, subject: FilterSubject): FilterFault | undefined {
  if (node.op === "call" && (node.args[0] === "timestamp" || node.args[0] === "duration") && node.args[1][0]?.op === "value") {
    try {
      celEnvironment(subject).evaluate(node.input.slice(node.start, node.end));
    } catch (error) {
      if (!(error instanceof EvaluationError)) return undefined;
      const cure = 'Write timestamp("2026-11-28T08:00:00Z") or duration("90s").';
      return { at: node.start, until: node.end, message: `${error.summary}.`, cure };
    }
  }
  for (const child of childrenOf(node)) {
    const fault = timeFault(child, subject);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

export function childrenOf(node: CelNode): readonly CelNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "!_":
    case "-_":
      return [node.args];
    case "call":
      return node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "map":
      return node.args.flat();
    case "list":
    case "?:":
      return node.args;
    default:
      return node.args;
  }
}
