/** Result: the samples of all repeats under the lines that they belong to, with their medians and spread. Plain data: it is written as JSON. */
import type { FigureName, Figures, Sample } from "./job.ts";
import type { Machine } from "./machine.ts";

export interface Line {
  readonly line: string;
  readonly inFlight: number | undefined;
  /** One entry for each repeat in which the job succeeded, in their order. */
  readonly repeats: Figures[];
}

export interface Result {
  readonly machine: Machine;
  readonly settings: { readonly seconds: number; readonly repeats: number; readonly entities: number; readonly waitingMessages: number };
  readonly command: string;
  readonly lines: Line[];
  readonly notes: string[];
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function addSample(lines: Line[], { line, inFlight, figures }: Sample): void {
  const known = lines.find((candidate) => candidate.line === line && candidate.inFlight === inFlight);
  if (known === undefined) lines.push({ line, inFlight, repeats: [figures] });
  else known.repeats.push(figures);
}

export function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper;
  const min = sorted[0];
  const max = sorted.at(-1);
  if (upper === undefined || lower === undefined || min === undefined || max === undefined) return undefined;
  return { median: (upper + lower) / 2, min, max };
}

export function figureOf(line: Line, name: FigureName): Spread | undefined {
  return spreadOf(line.repeats.map((figures) => figures[name]));
}
