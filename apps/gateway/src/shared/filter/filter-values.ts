/**
 * FilterValues: what a row holds, as values of the filter language: whole numbers keep every digit, documents have no prototype, and a
 * value that is larger than a look may take is reported as too large. Neighbours: filter-cost.ts relies on these bounds.
 */
export const valueNodesMax = 2_000;
export const valueCharactersMax = 64 * 1_024;
const textCharactersMax = 16 * 1_024;

export type FilterValue = string | bigint | number | boolean | null | Date | FilterValue[] | { readonly [key: string]: FilterValue };

/** Thrown when the row has a value that no filter can look at; its message says which one. */
export class ValueTooLarge extends Error {}

/** Parses JSON text; a text that is no JSON is the value itself. Throws ValueTooLarge. */
export function valueOfJson(json: string): FilterValue {
  if (json.length > valueCharactersMax) throw new ValueTooLarge(`a value has more than ${valueCharactersMax} characters`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json, exactNumber);
  } catch {
    return textOf(json);
  }
  return new Plain().of(parsed);
}

export function textOf(text: string): string {
  if (text.length > textCharactersMax) throw new ValueTooLarge(`a text has more than ${textCharactersMax} characters`);
  return text;
}

export function timeOf(ms: number | null | undefined): Date | undefined {
  return ms === null || ms === undefined ? undefined : new Date(ms);
}

/** Returns a whole number; a fraction, as clocks give, is cut off. */
export function wholeOf(value: number | null | undefined): bigint | undefined {
  return value === null || value === undefined || !Number.isFinite(value) ? undefined : BigInt(Math.trunc(value));
}

const int64 = /^-?\d{1,19}$/;

function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number") return value;
  const source = context?.source ?? String(value);
  return int64.test(source) ? BigInt(source) : value;
}

class Plain {
  #nodes = 0;

  of(value: unknown): FilterValue {
    this.#nodes += 1;
    if (this.#nodes > valueNodesMax) throw new ValueTooLarge(`a value has more than ${valueNodesMax} parts`);
    if (typeof value === "string") return textOf(value);
    if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean" || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.of(each));
    const plain = documentOf([]);
    if (typeof value === "object") for (const [key, held] of Object.entries(value)) plain[key] = this.of(held);
    return plain;
  }
}

/** The document has no prototype, so `state.constructor` is a key that does not exist. */
export function documentOf(entries: Iterable<readonly [string, FilterValue]>): { [key: string]: FilterValue } {
  const made: { [key: string]: FilterValue } = Object.create(null);
  for (const [key, value] of entries) made[key] = value;
  return made;
}
