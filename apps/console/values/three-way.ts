/**
 * ThreeWay: what an edit began with, what is there now, and what the person wrote, place by place when all three are JSON, else as a whole.
 * A place that both changed is a conflict. Pure; bounded as json-diff.ts is.
 */
import { diffJson, type DiffLine } from "./json-diff.ts";
import { parseJson } from "./json-node.ts";

export interface ThreeTexts {
  base: string;
  theirs: string;
  mine: string;
}

export interface ThreeWayRow {
  /** Empty for the whole value. */
  path: string;
  /** Null when it is not there. */
  base: string | null;
  theirs: string | null;
  mine: string | null;
  by: "them" | "me" | "both";
}

export function threeWay({ base, theirs, mine }: ThreeTexts): { rows: ThreeWayRow[]; more: number } {
  const [before, now, own] = [parseJson(base), parseJson(theirs), parseJson(mine)];
  if (before === null || now === null || own === null)
    return { rows: [{ path: "", base, theirs, mine, by: whoOf({ base, theirs, mine }) }], more: 0 };
  const toTheirs = diffJson(before, now);
  const toMine = diffJson(before, own);
  const rows = [...new Set([...toTheirs.lines, ...toMine.lines].map(({ path }) => path))].map((path) => {
    const theirLine = lineAt(toTheirs.lines, path);
    const myLine = lineAt(toMine.lines, path);
    const was = (theirLine ?? myLine)?.before ?? null;
    return {
      path,
      base: was,
      theirs: theirLine === undefined ? was : theirLine.after,
      mine: myLine === undefined ? was : myLine.after,
      by: overlaps(toTheirs.lines, path) ? (overlaps(toMine.lines, path) ? ("both" as const) : ("them" as const)) : ("me" as const),
    };
  });
  return { rows, more: toTheirs.more + toMine.more };
}

function whoOf({ base, theirs, mine }: ThreeTexts): ThreeWayRow["by"] {
  if (base === theirs) return "me";
  return base === mine ? "them" : "both";
}

function lineAt(lines: readonly DiffLine[], path: string): DiffLine | undefined {
  return lines.find((line) => line.path === path);
}

/** Also true when one of the two changed only a part of what the other one changed. */
function overlaps(lines: readonly DiffLine[], path: string): boolean {
  return lines.some((line) => line.path === path || isInside(line.path, path) || isInside(path, line.path));
}

function isInside(path: string, outer: string): boolean {
  return outer === "" || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
