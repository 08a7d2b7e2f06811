/**
 * jsonForm(): the JSON of a value that a schema has let through, and the promise that the same schema reads the same value from it. A
 * schema may take what JSON has no word for (a Date, a Map, NaN) or give another value than it takes (a transform): written unseen, it
 * could never be read again.
 * Neighbour: value-type.ts, whose values are written so. Most values are JSON as they stand and are known by one walk; only others are read
 * back.
 */
import { ValueError } from "./value-error.ts";

export interface Written {
  readonly typename: string;
  /** As it was given, and as the schema made it. */
  readonly given: unknown;
  readonly value: unknown;
  /** The schema, once more. Throws ValueError. */
  readonly read: (parsed: unknown) => unknown;
}

const cure =
  "Values are written as JSON and read by the same schema: let it take texts, numbers, booleans, null, lists and objects, and give what it takes (z.iso.datetime() or z.coerce.date() for a date)";

/** Throws ValueError, with the place, where it would not be read again. */
export function jsonForm({ typename, given, value, read }: Written): string {
  const text = jsonText(typename, value);
  if (isJsonAndSame(value, given)) return text;
  let again: unknown;
  try {
    again = read(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new ValueError(`${error.message}, when what was written is read again. ${cure}`);
  }
  const place = difference(value, again, "");
  if (place === undefined) return text;
  throw new ValueError(`${typename}: ${place}. ${cure}`);
}

/** The JSON of a value that nobody here reads again. */
export function jsonText(typename: string, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new ValueError(`${typename}: JSON cannot hold it (${error instanceof Error ? error.message : String(error)})`);
  }
  if (text === undefined) throw new ValueError(`${typename}: ${shown(value)} has no JSON form`);
  return text;
}

/** It is JSON already, and what the schema was given: then the schema, asked again, gives it again. */
function isJsonAndSame(value: unknown, given: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === given && isJsonLeaf(value);
  if (typeof given !== "object" || given === null) return false;
  if (Array.isArray(value)) {
    if (!Array.isArray(given) || value.length !== given.length) return false;
    // `every` would leave out holes, which JSON makes null.
    for (let index = 0; index < value.length; index++) if (!isJsonAndSame(value[index], given[index])) return false;
    return true;
  }
  if (!isPlain(value) || !isPlain(given)) return false;
  const names = Object.keys(value);
  return (
    names.length === Object.keys(given).length &&
    names.every((name) => Object.hasOwn(given, name) && isJsonAndSame(value[name], given[name]))
  );
}

function isJsonLeaf(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

/** Whether the object is plain in any realm, because test runners give each file its own globals. */
function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isRoot = prototype === null || (typeof prototype === "object" && Object.getPrototypeOf(prototype) === null);
  return isRoot && typeof Reflect.get(value, "toJSON") !== "function";
}

/** "a.0: NaN would be read as null"; undefined: there is none. */
function difference(written: unknown, again: unknown, place: string): string | undefined {
  if (written === again) return undefined;
  const found = `${place === "" ? "" : `${place}: `}${shown(written)} would be read as ${shown(again)}`;
  if (typeof written !== "object" || written === null || typeof again !== "object" || again === null) return found;
  const kind = kindOf(written);
  if (kind !== kindOf(again)) return found;
  if (kind === "Object" || kind === "Array") {
    const [left, right] = [fieldsOf(written), fieldsOf(again)];
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const inside = difference(left.get(name), right.get(name), place === "" ? name : `${place}.${name}`);
      if (inside !== undefined) return inside;
    }
    return undefined;
  }
  if (isEntries(written) && isEntries(again)) return difference([...written], [...again], place);
  return JSON.stringify(written) === JSON.stringify(again) ? undefined : found;
}

/** A list with a hole in it or with undefined reads as one with null: its places count, undefined fields of objects do not. */
function fieldsOf(value: object): Map<string, unknown> {
  return new Map(Object.entries(Array.isArray(value) ? Array.from(value) : value));
}

function isEntries(value: object): value is Iterable<unknown> {
  return value instanceof Map || value instanceof Set;
}

function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "object" && value !== null) return `a value of the kind ${kindOf(value)}`;
  return typeof value === "function" ? "a function" : String(value);
}
