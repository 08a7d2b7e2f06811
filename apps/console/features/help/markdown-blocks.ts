/**
 * markdownBlocks: splits a section of docs/ into blocks that a panel can show: paragraphs, items, code and tables unchanged; pictures are
 * left out. Pure.
 */
export type MarkdownBlock =
  | { kind: "text" | "item"; words: readonly MarkdownWords[] }
  /** Unchanged, including blanks. */
  | { kind: "code"; text: string };

export interface MarkdownWords {
  kind: "plain" | "code" | "strong";
  text: string;
}

export function markdownBlocks(markdown: string): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let lines: { kind: "text" | "item" | "code"; lines: string[] } | undefined;
  let fenced = false;
  const close = (): void => {
    if (lines !== undefined && lines.lines.some((line) => line.trim() !== ""))
      blocks.push(
        lines.kind === "code"
          ? { kind: "code", text: lines.lines.join("\n").trimEnd() }
          : { kind: lines.kind, words: wordsOf(lines.lines.join(" ")) },
      );
    lines = undefined;
  };
  const add = (kind: "text" | "item" | "code", line: string, isNew: boolean): void => {
    if (isNew || lines?.kind !== kind) close();
    lines ??= { kind, lines: [] };
    lines.lines.push(line);
  };
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) {
      close();
      fenced = !fenced;
    } else if (fenced) add("code", line, false);
    else if (line.trim() === "") close();
    else if (line.startsWith("![")) close();
    else if (line.startsWith("|")) {
      if (!/^[|\s:-]+$/.test(line)) add("code", line.replace(/^\| ?/, "").replace(/ ?\|$/, "").replaceAll(" | ", "   "), false);
    } else if (/^ {4}/.test(line) && (lines === undefined || lines.kind === "code")) add("code", line.slice(4), false);
    else if (/^\s*([-*]|\d+\.) /.test(line)) add("item", line.replace(/^\s*([-*]|\d+\.) /, ""), true);
    else add(lines?.kind === "item" ? "item" : "text", line.trim(), false);
  }
  close();
  return blocks;
}

function wordsOf(line: string): MarkdownWords[] {
  const text = line.replaceAll(/!\[[^\]]*\]\([^)]*\)/g, "").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter((part) => part !== "")
    .map((part) => {
      if (part.startsWith("`") && part.length > 2) return { kind: "code", text: part.slice(1, -1) };
      return part.startsWith("**") && part.length > 4
        ? { kind: "strong", text: part.slice(2, -2) }
        : { kind: "plain", text: part.replaceAll(/(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])/g, "$1") };
    });
}
