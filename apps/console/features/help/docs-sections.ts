/**
 * docsSections: cuts the pages of docs/ at their headings, for the palette (what exists) and its panel (one section's text). The build
 * reads them once, in the routes below app/help; a running console needs nothing of docs/. Pure.
 */
export interface DocsHeading {
  /** The name of the page's file, without its ending. */
  page: string;
  /** The page's own heading. */
  title: string;
  heading: string;
  /** The heading's index in its page, from 0. */
  at: number;
}

export interface DocsSection extends DocsHeading {
  /** The text as Markdown, without the heading. */
  text: string;
}

const HEADING = /^(#{1,3}) +(.+?) *#*$/;

export function docsSections(page: string, markdown: string): readonly DocsSection[] {
  const sections: DocsSection[] = [];
  let lines: string[] = [];
  let isCode = false;
  const close = (): void => {
    const last = sections.at(-1);
    if (last !== undefined) last.text = lines.join("\n").trim();
    lines = [];
  };
  for (const line of markdown.split("\n")) {
    // A line that begins with # in a block of code is a comment of the code.
    if (line.startsWith("```")) isCode = !isCode;
    const heading = isCode ? undefined : HEADING.exec(line)?.[2];
    if (heading === undefined) {
      lines.push(line);
      continue;
    }
    close();
    const plain = heading.replaceAll("`", "").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    sections.push({ page, title: sections[0]?.heading ?? plain, heading: plain, at: sections.length, text: "" });
  }
  close();
  return sections;
}
