/**
 * Where a position is in a YAML document, derived from indentation alone, which is good enough for completion in half-typed text, where no
 * parser succeeds. It looks only inside the document (between `---`) that holds the position.
 */
export interface YamlPlace {
  /** The keys from the document's root to the mapping that the position is in. */
  path: string[];
  /** Set when the position is in a value: the key before the colon. */
  key: string | null;
  /** The part before the cursor of the word being typed. */
  typed: string;
  /** Scalars beside each mapping on the way, by path joined with `/` (for choosing among alternatives). */
  scalars: ReadonlyMap<string, string>;
  /** Keys already present in the mapping that the position is in. */
  siblings: ReadonlySet<string>;
}

interface Entry {
  line: number;
  indent: number;
  key: string;
  value: string;
}

const ENTRY = /^(\s*)((?:- +)*)([A-Za-z_][\w.\-/]*)\s*:(?:\s+(.*))?$/;

function entriesOf(lines: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  lines.forEach((text, line) => {
    const match = ENTRY.exec(text);
    if (match === null) return;
    const [, space = "", dashes = "", key = "", value = ""] = match;
    entries.push({ line, indent: space.length + dashes.length, key, value: value.replace(/\s+#.*$/, "").trim() });
  });
  return entries;
}

/** Returns the chain of entries that enclose a line at an indent, outermost first. */
function enclosing(entries: readonly Entry[], line: number, indent: number): Entry[] {
  const chain: Entry[] = [];
  let below = indent;
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry === undefined || entry.line >= line || entry.indent >= below) continue;
    chain.unshift(entry);
    below = entry.indent;
  }
  return chain;
}

export function yamlPlaceAt(text: string, position: number): YamlPlace {
  const before = text.slice(0, position).split("\n");
  const all = text.split("\n");
  const cursorLine = before.length - 1;
  let from = cursorLine;
  while (from > 0 && !(all[from - 1] ?? "").startsWith("---")) from -= 1;
  let to = cursorLine;
  while (to + 1 < all.length && !(all[to + 1] ?? "").startsWith("---")) to += 1;
  const lines = all.slice(from, to + 1);
  const entries = entriesOf(lines);
  const line = cursorLine - from;
  const head = before[cursorLine] ?? "";
  const inValue = /^\s*(?:- +)*([A-Za-z_][\w.\-/]*)\s*:\s+(.*)$/.exec(head);
  const inKey = /^(\s*(?:- +)*)([\w.\-/]*)$/.exec(head);
  const own = entries.find((entry) => entry.line === line);
  const indent = own?.indent ?? inKey?.[1]?.length ?? 0;
  const chain = enclosing(entries, line, indent);
  const scalars = new Map<string, string>();
  const siblings = new Set<string>();
  const path = chain.map((entry) => entry.key);
  for (const entry of entries) {
    const parents = enclosing(entries, entry.line, entry.indent);
    const parentPath = parents.map((parent) => parent.key).join("/");
    if (entry.value !== "")
      scalars.set(parentPath === "" ? entry.key : `${parentPath}/${entry.key}`, entry.value.replace(/^(["'])(.*)\1$/, "$2"));
    if (entry.line !== line && entry.indent === indent && parents.at(-1) === chain.at(-1)) siblings.add(entry.key);
  }
  return { path, key: inValue?.[1] ?? null, typed: inValue?.[2] ?? inKey?.[2] ?? "", scalars, siblings };
}
