/**
 * api-declarations: the public names of an entry point with their declarations, from its declaration files, and the declarations that these
 * lead to.
 * Neighbours: emit-package.ts makes the files, api-report.ts writes the report. It reads what tsc writes: top-level declarations that begin
 * at the first column, imports and exports on one line each.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface ApiDeclaration {
  readonly name: string;
  /** The declaration without comments. */
  readonly text: string;
  /** True when users can import the name. */
  readonly isPublic: boolean;
}

interface DeclarationFile {
  readonly path: string;
  readonly declared: ReadonlyMap<string, string>;
  /** The imported and re-exported names: which file each comes from, and under which name there. */
  readonly linked: ReadonlyMap<string, Link>;
  readonly exported: readonly string[];
}

interface Link {
  readonly file: string;
  readonly name: string;
}

const start = /^(?:export )?(?:declare )?(?:abstract )?(?:const|let|function|class|interface|type|enum|namespace) ([A-Za-z_$][\w$]*)/;
const link = /^(import|export)(?: type)? \{([^}]*)\} from "([^"]+)";$/;
const localExport = /^export(?: type)? \{([^}]*)\};$/;

/** `foreign` tells files that are shipped but whose declarations are not part of the report. */
export function apiDeclarations(entry: string, foreign: (file: string) => boolean): readonly ApiDeclaration[] {
  const files = new Map<string, DeclarationFile>();
  const fileAt = (path: string): DeclarationFile => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const read = readDeclarations(path);
    files.set(path, read);
    return read;
  };
  const found = new Map<string, ApiDeclaration>();
  const waiting: { at: DeclarationFile; name: string; isPublic: boolean; as: string }[] = [];
  const first = fileAt(entry);
  for (const name of first.exported) waiting.push({ at: first, name, isPublic: true, as: name });
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { at, name, isPublic, as } = next;
    const linked = at.linked.get(name);
    if (linked !== undefined) {
      if (foreign(linked.file)) continue;
      waiting.unshift({ at: fileAt(linked.file), name: linked.name, isPublic, as });
      continue;
    }
    const text = at.declared.get(name);
    const key = `${at.path} ${name}`;
    if (text === undefined || found.has(key)) continue;
    found.set(key, { name: as, text, isPublic });
    // Types begin with a capital; a value is referred to only through `typeof`.
    for (const word of new Set(text.match(/\b[A-Z][\w$]*|(?<=typeof )[\w$]+/g))) {
      if (word !== name && (at.declared.has(word) || at.linked.has(word))) waiting.push({ at, name: word, isPublic: false, as: word });
    }
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readDeclarations(path: string): DeclarationFile {
  const declared = new Map<string, string>();
  const linked = new Map<string, Link>();
  const exported: string[] = [];
  let open: string | undefined;
  for (const line of withoutComments(readFileSync(path, "utf8")).split("\n")) {
    const begins = start.exec(line)?.[1];
    if (begins !== undefined) {
      open = begins;
      // Overloads follow each other under one name.
      declared.set(begins, [declared.get(begins), line].filter((text) => text !== undefined).join("\n"));
      if (line.startsWith("export ") && !exported.includes(begins)) exported.push(begins);
      continue;
    }
    const isTopLevel = /^(?:import|export)\b/.test(line);
    if (isTopLevel) {
      open = undefined;
      readLink(line, { path, linked, exported });
    } else if (open !== undefined && line.trim() !== "") {
      declared.set(open, `${declared.get(open)}\n${line}`);
    }
  }
  return { path, declared, linked, exported };
}

function readLink(line: string, into: { path: string; linked: Map<string, Link>; exported: string[] }): void {
  const [, kind, names, specifier] = link.exec(line) ?? [];
  if (kind !== undefined && names !== undefined && specifier !== undefined) {
    for (const { name, as } of namesIn(names)) {
      if (specifier.startsWith(".")) {
        into.linked.set(as, { file: resolve(dirname(into.path), specifier.replace(/\.js$/, ".d.ts")), name });
      }
      if (kind === "export") into.exported.push(as);
    }
    return;
  }
  for (const { as } of namesIn(localExport.exec(line)?.[1] ?? "")) into.exported.push(as);
}

function namesIn(list: string): { name: string; as: string }[] {
  return list
    .split(",")
    .map((part) => part.trim().replace(/^type /, ""))
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", as = name] = part.split(" as ");
      return { name, as };
    });
}

function withoutComments(text: string): string {
  return text.replaceAll(/^[ \t]*\/\*\*?[\s\S]*?\*\/\n?/gm, "").replaceAll(/^[ \t]*\/\/.*\n/gm, "");
}
