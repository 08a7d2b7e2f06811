/**
 * What does not fit into an assistant's context is left out, and the answer says what.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundedText } from "../../src/surfaces/mcp/bounded-text.ts";

interface Cut {
  readonly leftOut: { readonly itemsOfLists: Record<string, number> };
  readonly answer: Record<string, unknown>;
}
const cutOf = (answer: unknown, bytesMax: number): Cut => JSON.parse(boundedText(answer, bytesMax).text) as Cut;

describe("boundedText", () => {
  test("gives a text that fits unchanged", () => {
    expect(boundedText({ a: [1, 2] }, 100)).toEqual({ text: '{"a":[1,2]}', whole: true });
    expect(boundedText(undefined, 100)).toEqual({ text: "null", whole: true });
  });

  test("gives a readable value once, and bytes as they are", () => {
    const answer = [
      { as: "json", text: "1", base64: "MQ==" },
      { as: "bytes", text: "", base64: "MQ==" },
    ];
    expect(JSON.parse(boundedText(answer, 1_000).text)).toEqual([
      { as: "json", text: "1" },
      { as: "bytes", text: "", base64: "MQ==" },
    ]);
  });

  test("shortens the longest list from its end, and says how much of it is missing", () => {
    const { leftOut, answer } = cutOf(
      { short: ["kept"], rows: Array.from({ length: 1_000 }, (_, at) => [at, "some text in a row"]) },
      4_000,
    );
    const rows = answer["rows"] as [number, string][];
    expect(answer["short"]).toEqual(["kept"]);
    expect(rows.map(([at]) => at)).toEqual(rows.map((_, at) => at));
    expect(leftOut.itemsOfLists).toEqual({ "answer.rows": 1_000 - rows.length });
    expect(rows.length).toBeGreaterThan(20);
  });

  test("gives JSON within its bytes for any input", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5 }),
        fc.integer({ min: 300, max: 3_000 }),
        fc.integer({ min: 0, max: 200 }),
        (value, bytesMax, times) => {
          const { text } = boundedText(
            { one: value, many: Array.from({ length: times }, () => value), é: "ü".repeat(times * 20) },
            bytesMax,
          );
          JSON.parse(text);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytesMax);
        },
      ),
    );
  });
});
