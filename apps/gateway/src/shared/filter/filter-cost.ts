/**
 * FilterCost: which parts of CEL a filter may use, and the most that one look at a row can cost, counted before it is ever run: a loop
 * costs its body as often as a value may have elements. Neighbours: filter-values.ts bounds the values, compile-filter.ts asks.
 * Guarantee: no filter that passes takes more than filterStepsMax steps of a row, whatever the row holds.
 */
import { fieldName, type CelNode } from "./cel-environment.ts";
import type { FilterFault } from "./filter-fault.ts";
import { filterFunctions, filterMethods, loops, searches } from "./filter-words.ts";
import { valueNodesMax } from "./filter-values.ts";

export const filterStepsMax = 200_000;
const stepsOfSearch = 64;
const stepsOfCopy = 16;
const stepsOfCompare = 4;
/** Functions that read only the beginning or the end of a text. */
const touches: ReadonlySet<string> = new Set(["startsWith", "endsWith"]);

const methodNames = new Set(filterMethods.map(({ name }) => name));
const functionNames = new Set(filterFunctions.map(({ name }) => name));

export class FilterCost {
  /** The first thing that is wrong. */
  fault: FilterFault | undefined;
  readonly fields = new Set<string>();
  readonly #bound: string[] = [];

  /** Returns the steps of one look; Infinity when something is not allowed. */
  of(node: CelNode): number {
    switch (node.op) {
      case "value":
        return 1;
      case "id":
        if (!this.#bound.includes(node.args)) this.fields.add(fieldName(node.args));
        return 1;
      case ".":
        return 1 + this.of(node.args[0]);
      case "!_":
      case "-_":
        return 1 + this.of(node.args);
      case "list":
        return this.#sum(node.args);
      case "call":
        return this.#call(node);
      case "rcall":
        return this.#method(node);
      case "?:":
      case "||":
      case "&&":
        return this.#sum(node.args);
      case "[]":
      case "<":
      case "<=":
      case ">":
      case ">=":
      case "-":
      case "*":
      case "/":
      case "%":
        return stepsOfCompare + this.#sum(node.args);
      case "==":
      case "!=":
      case "in":
        return (isPlain(node.args[0]) || isPlain(node.args[1]) ? stepsOfCompare : valueNodesMax) + this.#sum(node.args);
      case "+":
        return stepsOfCopy + this.#sum(node.args);
      case "map":
      case ".?":
      case "[?]":
        return this.#refuse(node, { message: "Maps and optional values have no place in a filter.", cure: "Compare fields and values." });
    }
  }

  #sum(nodes: readonly CelNode[]): number {
    return nodes.reduce((steps, node) => steps + this.of(node), 1);
  }

  #call(node: Extract<CelNode, { op: "call" }>): number {
    const [name, args] = node.args;
    if (functionNames.has(name)) return args.reduce((steps, arg) => steps + this.#stepsOver(arg), stepsOfCopy) + this.#sum(args);
    const known = filterFunctions.map((each) => each.name).join(", ");
    return this.#refuse(node, { message: `There is no function ${name}().`, cure: `Functions are ${known}.` });
  }

  #method(node: Extract<CelNode, { op: "rcall" }>): number {
    const [name, on, args] = node.args;
    if (name === "matches")
      return this.#refuse(node, {
        message: "matches() is not run: a pattern could hold the gateway up.",
        cure: 'Use like("a*z"), where * is any run of characters, or contains, startsWith, endsWith.',
      });
    if (!methodNames.has(name)) {
      const known = filterMethods.map((each) => each.name).join(", ");
      return this.#refuse(node, { message: `There is no .${name}().`, cure: `What can be asked is ${known}.` });
    }
    if (loops.has(name)) return this.#loop(node);
    if (touches.has(name)) return stepsOfCopy + this.of(on) + this.#sum(args);
    if (!searches.has(name)) return stepsOfCopy + this.#stepsOver(on) + this.of(on) + this.#sum(args);
    const [sought] = args;
    if (sought?.op !== "value")
      return this.#refuse(node, {
        message: `What ${name}() looks for stands in quotes.`,
        cure: `Write it as it is: ${name}("…"), or compare with ==.`,
      });
    return stepsOfSearch + this.#stepsOver(on) + this.of(on);
  }

  /**
   * Returns the cost of reading a whole text. A field's text has the same length inside a loop as outside it, but inside it is read once
   * for each element.
   */
  #stepsOver(node: CelNode): number {
    return this.#bound.length > 0 && !isPlain(node) && !this.#isBound(node) ? stepsOfSearch * stepsOfCopy : 0;
  }

  #loop(node: Extract<CelNode, { op: "rcall" }>): number {
    const [name, on, [variable, body]] = node.args;
    if (variable?.op !== "id" || body === undefined)
      return this.#refuse(node, { message: `${name}() takes a name and a condition.`, cure: `Write .${name}(x, x > 1).` });
    const outer = this.of(on);
    this.#bound.push(variable.args);
    const each = this.of(body);
    this.#bound.pop();
    return outer + valueNodesMax * each;
  }

  /**
   * Returns whether the node is the variable of a loop or below it. An element is small, because all elements of one value share its bound.
   */
  #isBound(node: CelNode): boolean {
    if (node.op === "id") return this.#bound.includes(node.args);
    return (node.op === "." || node.op === "[]") && this.#isBound(node.args[0]);
  }

  #refuse(node: CelNode, { message, cure }: { message: string; cure: string }): number {
    this.fault ??= { at: node.start, until: node.end, message, cure };
    return Infinity;
  }
}

function isPlain(node: CelNode): boolean {
  return node.op === "value" || (node.op === "-_" && node.args.op === "value") || (node.op === "list" && node.args.every(isPlain));
}
