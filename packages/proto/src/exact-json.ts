/**
 * ExactJson: JSON in which numbers keep their digits: parsed as raw JSON, and, for readers whose numbers are doubles, written as texts
 * where a double would not be exact. Neighbour: the gateway's bodies and answers.
 */
interface RawJson {
  rawJSON(text: string): unknown;
}

function hasRawJson(json: object): json is RawJson {
  return "rawJSON" in json;
}

function rawJson(source: string): unknown {
  const json: object = JSON;
  return hasRawJson(json) ? json.rawJSON(source) : Number(source);
}

/** Throws SyntaxError like JSON.parse; JSON.stringify writes the numbers as they were. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? rawJson(context.source) : value,
  );
}

const safeMax = BigInt(Number.MAX_SAFE_INTEGER);
/** Numbers with at most safeDigits digits are always within the range, and numbers with unsafeDigits or more never are: 2^53 has 16. */
const safeDigits = 15;
const unsafeDigits = 17;
/** Matches a text, or a number in its whole length, so that each character is looked at once, however long the number is. */
const textOrNumber = /"(?:[^"\\]|\\.)*"?|-?(\d+)((?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** Whole numbers beyond 2^53 become texts; all else stays as it is. `json` is valid JSON. */
export function longsAsTexts(json: string): string {
  return json.replace(textOrNumber, (token, digits: string | undefined, rest: string | undefined) =>
    digits === undefined || rest !== "" || digits.length <= safeDigits || isSafe(digits) ? token : `"${token}"`,
  );
}

/** 2^53 has 16 digits, so no longer number has to be computed. */
function isSafe(digits: string): boolean {
  return digits.length < unsafeDigits && BigInt(digits) <= safeMax;
}
