/** The docs as the palette has them: headings found, sections whole, and all of the pages that there are. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { docsSections } from "./docs-sections.ts";
import { markdownBlocks } from "./markdown-blocks.ts";

it("a page is cut at its headings, and a heading inside code is not one", () => {
  const page = "# Filters\n\nOne language.\n\n## What is `written`\n\n```\n# a comment\n```\n\n### [A](a.md) part\n";
  expect(docsSections("filters", page)).toEqual([
    { page: "filters", title: "Filters", heading: "Filters", at: 0, text: "One language." },
    { page: "filters", title: "Filters", heading: "What is written", at: 1, text: "```\n# a comment\n```" },
    { page: "filters", title: "Filters", heading: "A part", at: 2, text: "" },
  ]);
});

it("a section has its paragraphs, items, code and tables; links are their words", () => {
  const text =
    "See [SQL](sql.md) and\n`code` **now**.\n\n- one\n  more\n- two\n\n    curl x {\n      y }\n\n*now* a * b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![picture](x.webp)";
  expect(markdownBlocks(text)).toEqual([
    {
      kind: "text",
      words: [
        { kind: "plain", text: "See SQL and " },
        { kind: "code", text: "code" },
        { kind: "plain", text: " " },
        { kind: "strong", text: "now" },
        { kind: "plain", text: "." },
      ],
    },
    { kind: "item", words: [{ kind: "plain", text: "one more" }] },
    { kind: "item", words: [{ kind: "plain", text: "two" }] },
    { kind: "code", text: "curl x {\n  y }" },
    { kind: "text", words: [{ kind: "plain", text: "now a * b" }] },
    { kind: "code", text: "a   b\n1   2" },
  ]);
});

it("every page of docs/ has headings, and each section shows its contents", () => {
  const folder = path.resolve(import.meta.dirname, "../../../../docs");
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const sections = docsSections(name.slice(0, -3), readFileSync(path.join(folder, name), "utf8"));
    expect(sections[0]?.heading, name).toBeTruthy();
    for (const { text, heading } of sections) {
      const onlyPictures = text.split("\n").every((line) => line.trim() === "" || line.includes("![") || line.startsWith("|"));
      if (!onlyPictures) expect(markdownBlocks(text).length, `${name}: ${heading}`).toBeGreaterThan(0);
    }
  }
});
