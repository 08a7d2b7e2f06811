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
  test("what fits is given as it is", () => {
    expect(boundedText({ a: [1, 2] }, 100)).toEqual({ text: '{"a":[1,2]}', whole: true });
    expect(boundedText(undefined, 100)).toEqual({ text: "null", whole: true });
  });

  test("a value that can be read is not given twice, bytes are", () => {
    const answer = [
      { as: "json", text: "1", base64: "MQ==" },
      { as: "bytes", text: "", base64: "MQ==" },
    ];
    expect(JSON.parse(boundedText(answer, 1_000).text)).toEqual([
      { as: "json", text: "1" },
      { as: "bytes", text: "", base64: "MQ==" },
    ]);
  });

  test("the longest list is shortened from its end, and how much of it is missing is said", () => {
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

  test("whatever it is given, it is JSON within its bytes", () => {
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
