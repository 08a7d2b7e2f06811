/**
 * ExactJson: JSON in which numbers keep their digits: parsed as raw JSON, and, for readers whose numbers are doubles, written as texts where a
 * double would not be exact. Neighbour: the gateway's bodies and answers.
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
const safeDigits = 15;
/** A text, or a whole number that stands alone. */
const textOrInteger = /"(?:[^"\\]|\\.)*"|-?\d+(?![\d.eE])/g;

/** Whole numbers beyond 2^53 become texts; all else stays as it is. `json` is valid JSON. */
export function longsAsTexts(json: string): string {
  return json.replace(textOrInteger, (token, at: number) => {
    if (token.startsWith('"') || token.length <= safeDigits || isPartOfNumber(json, at)) return token;
    const value = BigInt(token);
    return value > safeMax || value < -safeMax ? `"${token}"` : token;
  });
}

/** The digits behind a point or an exponent. */
function isPartOfNumber(json: string, at: number): boolean {
  return at > 0 && /[\d.eE+-]/.test(json.charAt(at - 1));
}
