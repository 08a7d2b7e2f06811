/**
 * boundedText: the answer of a tool as JSON that fits into an assistant's context. What does not fit is left out, and the answer says so:
 * long texts are cut first, then lists are shortened from their end. Neighbour: mcp-server.ts asks for a smaller page before anything is
 * cut, so that no cursor jumps over what was left out.
 */

export const answerBytesMax = 48 * 1024;
const textCharactersMax = 1_000;
/** How often something is cut; each cut brings a list to about what fits, and an answer has few long lists. */
const roundsMax = 40;

export interface BoundedText {
  readonly text: string;
  readonly whole: boolean;
}

export function boundedText(answer: unknown, bytesMax: number = answerBytesMax): BoundedText {
  const text = JSON.stringify(answer, withoutTwins) ?? "null";
  if (Buffer.byteLength(text) <= bytesMax) return { text, whole: true };
  const shown: unknown = JSON.parse(text, (_key, value: unknown) => (typeof value === "string" ? cutText(value) : value));
  const leftOut: Record<string, number> = {};
  for (let round = 0; round < roundsMax; round++) {
    const bounded = JSON.stringify({ leftOut: { why: leftOutBecause(bytesMax), itemsOfLists: leftOut }, answer: shown });
    if (Buffer.byteLength(bounded) <= bytesMax) return { text: bounded, whole: false };
    const largest = largestList(shown, "answer");
    if (largest === undefined) break;
    const kept = Math.floor(largest.list.length * Math.min(0.5, (0.8 * bytesMax) / largest.size));
    leftOut[largest.path] = (leftOut[largest.path] ?? 0) + largest.list.length - kept;
    largest.list.length = kept;
  }
  return { text: JSON.stringify({ leftOut: { why: leftOutBecause(bytesMax), all: true } }), whole: false };
}

/** A value that is given as JSON is not repeated as base64. */
function withoutTwins(this: unknown, key: string, value: unknown): unknown {
  const holder = this as Readonly<Record<string, unknown>> | null;
  return key === "base64" && holder !== null && (holder["as"] === "json" || holder["as"] === "text") ? undefined : value;
}

function cutText(text: string): string {
  if (text.length <= textCharactersMax) return text;
  const end = text.slice(0, textCharactersMax).toWellFormed();
  return `${end}… (${text.length - textCharactersMax} characters left out)`;
}

function leftOutBecause(bytesMax: number): string {
  return `the answer would be over ${bytesMax} bytes; ask for less: a smaller limit, one entity, one trace, a narrower query`;
}

interface FoundList {
  readonly path: string;
  readonly list: unknown[];
  readonly size: number;
}

/** The list to shorten: the deepest of those that hold nearly all of the answer. */
function largestList(value: unknown, path: string): FoundList | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const inner = Object.entries(value)
    .map(([key, item]) => largestList(item, Array.isArray(value) ? `${path}[]` : `${path}.${key}`))
    .filter((found) => found !== undefined)
    .toSorted((one, other) => other.size - one.size)[0];
  if (!Array.isArray(value) || value.length === 0) return inner;
  const size = JSON.stringify(value).length;
  return inner !== undefined && (value.length === 1 || inner.size > size / 2) ? inner : { path, list: value, size };
}
