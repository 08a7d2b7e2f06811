/**
 * ModuleDocument: reads a module's text as the components that a form shows, and writes edits of the form back into the text. Documents
 * that an edit does not touch stay unchanged to the last blank; in the touched one a text is replaced in place, and additions and removals
 * go through the YAML document, which keeps comments and order. Pure. Neighbours: module-form.tsx, form-shape.ts.
 */
import { Document, isCollection, isMap, isPair, isScalar, isSeq, parseDocument, type Node, type Pair, type YAMLMap } from "yaml";

export type FormPath = readonly (string | number)[];

export type FormValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, FormValue> }
  | { readonly kind: "list"; readonly items: readonly FormValue[] }
  /** An alias, or something else that no form can show. */
  | { readonly kind: "other" };

/** Why the form cannot show a document. */
export type TextOnlyReason = "olderForm" | "notYaml";

export type FormDocument =
  | { readonly kind: "component"; readonly index: number; readonly is: string; readonly spec: FormValue }
  /** Only the text shows it. */
  | { readonly kind: "text-only"; readonly index: number; readonly reason: TextOnlyReason };

/** A value that a form writes. A map or list is written as a whole only when it is new. */
export type FormWrite = string | number | boolean | readonly FormWrite[] | { readonly [name: string]: FormWrite };

export type FormEdit =
  | { readonly kind: "set"; readonly path: FormPath; readonly value: FormWrite; readonly first?: true }
  | { readonly kind: "remove"; readonly path: FormPath };

const options = { keepSourceTokens: true, prettyErrors: false, logLevel: "silent" } as const;

export function documentsOf(text: string): readonly FormDocument[] {
  return chunksOf(text).flatMap((chunk, index): FormDocument[] => {
    const { document, reason } = read(chunk);
    if (reason !== undefined) return [{ kind: "text-only", index, reason }];
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return [];
    const is = document.getIn(["kind"]);
    const spec = document.getIn(["spec"], true);
    if (typeof is !== "string" || (spec !== undefined && !isMap(spec) && !isEmpty(spec)))
      return [{ kind: "text-only", index, reason: "olderForm" }];
    return [{ kind: "component", index, is, spec: isMap(spec) ? valueOf(spec) : { kind: "map", entries: new Map() } }];
  });
}

/** Returns the text with the edits in one document; each path begins at its `spec`. */
export function withEdits(text: string, index: number, edits: readonly FormEdit[]): string {
  const chunks = [...chunksOf(text)];
  const chunk = chunks[index];
  if (chunk === undefined) return text;
  chunks[index] = edits.reduce(edited, chunk);
  return chunks.join("");
}

export function withComponent(text: string, kind: string): string {
  const head = text.trim() === "" ? text : `${text}${text.endsWith("\n") ? "" : "\n"}---\n`;
  return `${head}kind: ${kind}\nspec: {}\n`;
}

/** Returns the text without one document. Comments before its first line and after its end may belong to others, so they stay. */
export function withoutComponent(text: string, index: number): string {
  const chunks = [...chunksOf(text)];
  const chunk = chunks[index] ?? "";
  const before = index === 0 ? (/^(?:[ \t]*(?:#.*)?\n)*/.exec(chunk)?.[0] ?? "") : "";
  const after = /(?:^#.*\n|^[ \t]*\n)*$/m.exec(chunk.slice(before.length))?.[0] ?? "";
  chunks[index] = before + (after.includes("#") ? after : "");
  const joined = chunks.join("");
  return joined.trim() === "" ? "" : joined.replace(/^---[ \t]*\n/, "");
}

/** Returns the document of a place in the text, and the paths of the parts that begin there or contain it, from outermost to innermost. */
export function placesAt(text: string, { line, column }: { line: number; column: number }): { index: number; paths: readonly FormPath[] } {
  let offset = text.split("\n", line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  for (const [index, chunk] of chunksOf(text).entries()) {
    if (offset < chunk.length) {
      const spec = read(chunk).document.getIn(["spec"], true);
      return { index, paths: isCollection(spec) ? holders(spec, offset, []) : [[]] };
    }
    offset -= chunk.length;
  }
  return { index: Math.max(0, chunksOf(text).length - 1), paths: [[]] };
}

/** `---` at the beginning of a line begins a document wherever it is, so this needs no parser. */
function chunksOf(text: string): readonly string[] {
  return text.split(/^(?=---(?:\s|$))/m);
}

function read(chunk: string): { document: Document; reason: TextOnlyReason | undefined } {
  const document = parseDocument(chunk, options);
  return { document, reason: document.errors.length === 0 ? undefined : "notYaml" };
}

function valueOf(node: unknown): FormValue {
  if (isScalar(node)) {
    // Numbers and the like keep the form in which they are written.
    return { kind: "text", text: typeof node.value === "string" ? node.value : node.value === null ? "" : (node.source ?? "") };
  }
  if (isSeq(node)) return { kind: "list", items: node.items.map(valueOf) };
  if (!isMap(node)) return { kind: "other" };
  const pairs = node.items.filter(isPair);
  return { kind: "map", entries: new Map(pairs.map((pair) => [keyOf(pair), pair.value === null ? valueOfNothing : valueOf(pair.value)])) };
}

const valueOfNothing: FormValue = { kind: "text", text: "" };

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

function edited(chunk: string, edit: FormEdit): string {
  const { document, reason } = read(chunk);
  if (reason !== undefined) return chunk;
  const path = ["spec", ...edit.path];
  if (edit.kind === "set") {
    const inPlace = replacedInPlace(chunk, document, { path, value: edit.value });
    if (inPlace !== undefined) return inPlace;
    setIn(document, path, edit);
  } else removeIn(document, path);
  const tail = /\n*$/.exec(chunk)?.[0] ?? "";
  return document.toString({ lineWidth: 0, ...layoutOf(chunk) }).replace(/\n*$/, "") + (tail === "" ? "\n" : tail);
}

/** Replaces one text by another and touches nothing else; undefined when that is not enough. */
function replacedInPlace(chunk: string, document: Document, { path, value }: { path: FormPath; value: FormWrite }): string | undefined {
  const node = document.getIn(path, true);
  const parent = document.getIn(path.slice(0, -1), true);
  if (!isScalar(node) || !node.range || typeof value === "object" || !isCollection(parent) || parent.flow === true) return undefined;
  const [from, to] = node.range;
  const rendered = new Document(value).toString({ lineWidth: 0 }).trimEnd();
  if (from === to || rendered.includes("\n") || chunk.slice(from, to).includes("\n")) return undefined;
  const next = chunk.slice(0, from) + rendered + chunk.slice(to);
  const { document: again, reason } = read(next);
  return reason === undefined && again.getIn(path) === value ? next : undefined;
}

function setIn(document: Document, path: FormPath, { value, first }: Extract<FormEdit, { kind: "set" }>): void {
  // An empty map, such as `spec: {}` or `transport:`, is replaced by a block.
  for (let length = 1; length < path.length; length += 1) {
    const holder = document.getIn(path.slice(0, length), true);
    if (holder === undefined) break;
    if (isEmpty(holder)) document.deleteIn(path.slice(0, length));
    else if (isCollection(holder) && holder.items.length === 0) holder.flow = false;
  }
  const before = document.getIn(path, true);
  const node = document.createNode(value);
  if (isScalar(before) && isScalar(node) && before.comment) node.comment = before.comment;
  if (isEmpty(before) && before !== undefined) document.deleteIn(path);
  document.setIn(path, node);
  const parent = document.getIn(path.slice(0, -1), true);
  if (first !== true || !isMap(parent) || before !== undefined) return;
  const added = parent.items.pop();
  if (added !== undefined) parent.items.unshift(added);
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** Also removes the map or list that held it, when nothing is left in it. */
function removeIn(document: Document, path: FormPath): void {
  const parent = document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (isMap(parent)) keepComment(parent, String(key));
  if (isSeq(parent) && typeof key === "number") keepItemComment(parent.items, key);
  document.deleteIn(path);
  const isInside = path.length > 2 && typeof path.at(-2) === "string";
  if (isInside && isCollection(parent) && parent.items.length === 0) removeIn(document, path.slice(0, -1));
}

/** Keeps a comment above the removed line: above the next line, or at the end. */
function keepComment(map: YAMLMap, key: string): void {
  const at = map.items.findIndex((pair) => keyOf(pair) === key);
  const comment = commentOf(map.items[at]?.key);
  if (comment === undefined) return;
  const next = map.items[at + 1]?.key;
  if (isScalar(next)) next.commentBefore = joined(comment, next.commentBefore);
  else map.comment = joined(map.comment, comment);
}

function keepItemComment(items: unknown[], at: number): void {
  const comment = commentOf(items[at]);
  const next = items[at + 1];
  if (comment !== undefined && (isScalar(next) || isMap(next))) next.commentBefore = joined(comment, next.commentBefore);
}

function commentOf(node: unknown): string | undefined {
  return isScalar(node) || isMap(node) ? (node.commentBefore ?? undefined) : undefined;
}

function joined(...comments: readonly (string | null | undefined)[]): string {
  return comments.filter((comment) => typeof comment === "string" && comment !== "").join("\n");
}

/** Returns how the document is indented, so that new lines are indented alike. */
function layoutOf(chunk: string): { indent: number; indentSeq: boolean } {
  const [, outer = "", inner = "  "] = /^( *)[\w.-]+:[ \t]*(?:#.*)?\n( +)[^\s#-]/m.exec(chunk) ?? [];
  const [, key, dash] = /^( *)[\w.-]+:[ \t]*(?:#.*)?\n( *)- /m.exec(chunk) ?? [];
  return {
    indent: Math.max(1, inner.length - outer.length),
    indentSeq: key === undefined || dash === undefined || dash.length > key.length,
  };
}

function holders(node: Node, offset: number, path: FormPath): FormPath[] {
  const children: readonly [string | number, unknown, number | undefined][] = isMap(node)
    ? node.items.map((pair) => [keyOf(pair), pair.value, isScalar(pair.key) ? pair.key.range?.[0] : undefined])
    : isSeq(node)
      ? node.items.map((item, index) => [index, item, startOf(item)])
      : [];
  const [key, child] = children.findLast(([, , from]) => from !== undefined && from <= offset) ?? [];
  if (key === undefined) return [path];
  return [path, ...(isCollection(child) ? holders(child, offset, [...path, key]) : [[...path, key]])];
}

function startOf(item: unknown): number | undefined {
  return isScalar(item) || isCollection(item) ? item.range?.[0] : undefined;
}
