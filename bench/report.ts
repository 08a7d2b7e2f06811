/**
 * Report: prints a result as Markdown, for the terminal and for docs/performance.md, where it is put between two markers.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { judge } from "./goals.ts";
import { type FigureName, figures } from "./job.ts";
import { machineText } from "./machine.ts";
import { figureOf, type Line, type Result, type Spread } from "./result.ts";

const markers = { begin: "<!-- bench: begin -->", end: "<!-- bench: end -->" } as const;

const loadFigures: readonly FigureName[] = [
  "messagesPerSecond",
  "p50Ms",
  "p99Ms",
  "gatewayCpuMicroseconds",
  "functionCpuMicroseconds",
  "loadCpuMicroseconds",
  "gatewayPeakMegabytes",
  "functionMegabytes",
];
const otherFigures: readonly FigureName[] = [
  "mainThreadCpuMicroseconds",
  "questionsPerSecond",
  "threadPercent",
  "clusterCpuMicroseconds",
  "clusterMegabytes",
  "healthyMs",
  "firstReplyMs",
  "tookSeconds",
  "cpuPercent",
  "diskMegabytes",
];
/** Lines without a load show their memory among the other figures. */
const memoryFigures: readonly FigureName[] = ["gatewayMegabytes", "gatewayPeakMegabytes"];

export function markdown(result: Result): string {
  const { seconds, repeats, entities } = result.settings;
  const settings = `${seconds} s a line, median of ${repeats} interleaved ${repeats === 1 ? "repeat" : "repeats"} (± half the span), ${entities} entities where there are many.`;
  const parts = [machineText(result.machine), `\`${result.command}\`: ${settings}`, loadTable(result.lines), otherTable(result.lines)];
  parts.push(goalTable(result));
  if (result.notes.length > 0) parts.push(result.notes.map((note) => `- ${note}`).join("\n"));
  return parts.filter((part) => part !== "").join("\n\n");
}

export function writeInto(path: string, text: string): void {
  const page = readFileSync(path, "utf8");
  const begin = page.indexOf(markers.begin);
  const end = page.indexOf(markers.end);
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${markers.begin} … ${markers.end}: put them where the tables belong`);
  writeFileSync(path, `${page.slice(0, begin + markers.begin.length)}\n\n${text}\n\n${page.slice(end)}`);
}

function hasLoad(line: Line): boolean {
  return figureOf(line, "messagesPerSecond") !== undefined;
}

function loadTable(lines: readonly Line[]): string {
  const rows = lines.filter(hasLoad).map((line) => [
    line.line,
    inFlightText(line),
    ...loadFigures.map((name) => {
      const spread = figureOf(line, name);
      return name === "messagesPerSecond" ? withSpan(spread, name) : plain(spread, name);
    }),
  ]);
  return rows.length === 0 ? "" : table(["line", "in flight", ...loadFigures.map((name) => figures[name].heading)], rows);
}

function otherTable(lines: readonly Line[]): string {
  const rows = lines.flatMap((line) =>
    [...otherFigures, ...(hasLoad(line) ? [] : memoryFigures)]
      .map((name) => ({ name, spread: figureOf(line, name) }))
      .filter(({ spread }) => spread !== undefined)
      .map(({ name, spread }) => [line.line, figures[name].heading, withSpan(spread, name)]),
  );
  return rows.length === 0 ? "" : table(["line", "figure", "median"], rows);
}

function goalTable(result: Result): string {
  const rows = judge(result).map(({ goal, ratio }) => [
    goal.line,
    inFlightText(goal),
    goal.text,
    ratio === undefined ? "not measured in this run" : ratio >= 1 ? "reached" : "**not reached**",
    // The ratio is cut and not rounded, because 0.999 is not reached.
    ratio === undefined ? "" : `${(Math.floor(ratio * 100) / 100).toFixed(2)} ×`,
  ]);
  return rows.length === 0 ? "" : table(["line", "in flight", "goal", "", "of the goal"], rows);
}

function inFlightText({ inFlight }: { inFlight: number | undefined }): string {
  return inFlight === undefined ? "" : String(inFlight);
}

function plain(spread: Spread | undefined, name: FigureName): string {
  return spread === undefined ? "" : spread.median.toFixed(figures[name].digits);
}

function withSpan(spread: Spread | undefined, name: FigureName): string {
  if (spread === undefined) return "";
  const half = (spread.max - spread.min) / 2;
  return half === 0 ? plain(spread, name) : `${plain(spread, name)} ± ${half.toFixed(figures[name].digits)}`;
}

/** Pads the cells, so that the table is readable in a terminal too. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) => Math.max(3, heading.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(headings), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join("\n");
}
