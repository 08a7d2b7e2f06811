/**
 * fieldBlame: finds for each field of a document which of its changes set it last, by comparing what each change found and left. A value
 * that is no document counts as one field. It is pure, and bounded by the fields of the newest value.
 */
import type { FieldBlameView, ValueChangeView } from "../contract/entities/past.ts";
import type { ValueView } from "../contract/shapes/value.ts";

const fieldsMax = 200;
const depthMax = 3;
const shownCharactersMax = 200;

/** `changes` come newest first. */
export function fieldBlame(changes: readonly ValueChangeView[]): FieldBlameView[] {
  const newest = changes[0]?.after;
  if (newest === undefined || newest === null) return [];
  // A value of which only the size was kept can be compared with nothing, so what comes before it is not known.
  const unknown = changes.findIndex(({ before, after }) => before?.as === "absent" || after?.as === "absent");
  if (unknown === 0) return [{ path: "", now: "", before: null, change: 0 }];
  const documents = (unknown === -1 ? changes : changes.slice(0, unknown)).map(({ before, after }) => ({
    before: documentOf(before),
    after: documentOf(after),
  }));
  const paths: string[][] = [];
  addPaths(documents[0]?.after, { path: [], paths });
  return paths.map((path) => {
    const change = documents.findIndex(({ before, after }) => textAt(before, path) !== textAt(after, path));
    return {
      path: path.join("."),
      now: shown(textAt(documents[0]?.after, path)) ?? "",
      before: change === -1 ? null : (shown(textAt(documents[change]?.before, path)) ?? null),
      change: change === -1 ? null : change,
    };
  });
}

function documentOf(value: ValueView | null): unknown {
  if (value === null) return undefined;
  if (value.as !== "json") return value.text === "" ? value.base64 : value.text;
  try {
    return JSON.parse(value.text);
  } catch {
    return value.text;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function addPaths(value: unknown, at: { readonly path: readonly string[]; readonly paths: string[][] }): void {
  const { path, paths } = at;
  if (paths.length >= fieldsMax) return;
  if (!isObject(value) || path.length >= depthMax || Object.keys(value).length === 0) {
    paths.push([...path]);
    return;
  }
  for (const [key, inner] of Object.entries(value)) addPaths(inner, { path: [...path, key], paths });
}

/** Returns the value as JSON, so that equal documents are equal texts; undefined when there is none. */
function textAt(value: unknown, path: readonly string[]): string | undefined {
  let found = value;
  for (const key of path) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found === undefined ? undefined : JSON.stringify(found);
}

function shown(text: string | undefined): string | undefined {
  return text === undefined || text.length <= shownCharactersMax ? text : `${text.slice(0, shownCharactersMax)}…`;
}
