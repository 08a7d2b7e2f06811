import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filterText, withField } from "../../src/shared/row-filter-text.ts";
import { rowStatuses, type RowFilter } from "../../src/shared/filter-tree.ts";
import { everyRow, fitsPieces, matchesNames, matchesRow, parseFilter, type FilterableRow } from "../../src/shared/row-filter.ts";

function filterOf(text: string): RowFilter {
  const parsed = parseFilter(text);
  if (parsed.kind === "error") throw new Error(parsed.message);
  return parsed.filter;
}

function row(parts: Partial<FilterableRow> = {}): FilterableRow {
  return {
    address: { type: "shop/cart", id: "bob" },
    valueType: "shop/Add",
    status: "completed",
    trace: 7,
    word: "completed",
    preview: '{"n":1}',
    ...parts,
  };
}

describe("a row filter", () => {
  test("is exact: a type is that type alone and not one that begins like it", () => {
    const filter = filterOf("type:shop/cart");
    expect(matchesRow(filter, row())).toBe(true);
    expect(matchesRow(filter, row({ address: { type: "shop/cart2", id: "bob" } }))).toBe(false);
    expect(matchesRow(filter, row({ address: { type: "my.shop/cart", id: "bob" } }))).toBe(false);
  });

  test("takes a star for any run of characters, and a quoted star for a star", () => {
    expect(matchesRow(filterOf("id:b*b"), row())).toBe(true);
    expect(matchesRow(filterOf("id:*o*"), row())).toBe(true);
    expect(matchesRow(filterOf("id:o*"), row())).toBe(false);
    expect(matchesRow(filterOf('id:"b*b"'), row())).toBe(false);
    expect(matchesRow(filterOf('id:"b*b"'), row({ address: { type: "shop/cart", id: "b*b" } }))).toBe(true);
  });

  test("wants every term to hold, and looks for text in what the row shows", () => {
    expect(matchesRow(filterOf('is:completed trace:7 "\\"N\\":1"'), row())).toBe(true);
    expect(matchesRow(filterOf("is:completed trace:8"), row())).toBe(false);
    expect(matchesRow(filterOf("SHOP/add"), row())).toBe(true);
    expect(matchesRow(filterOf("refund"), row())).toBe(false);
  });

  test("refuses an unknown field at its place and names those that there are", () => {
    expect(parseFilter("is:failed http://x")).toEqual({
      kind: "error",
      message: "There is no field http. Fields are type: id: value: is: trace:. To look for the text itself, put it in quotes.",
      at: 10,
      until: 18,
    });
    expect(matchesRow(filterOf('"http://x"'), row({ preview: "see http://x" }))).toBe(true);
  });

  test.each([
    ["type:", "needs a text", 0],
    ["is:broken", "takes completed, failed, parked, act", 3],
    ["trace:abc", "takes a number", 6],
    ["a id:x id:y", "stands twice", 7],
    ['q "open', "not closed", 2],
    ['"a"b', "After the closing quote", 3],
    ["x".repeat(2_000), "at most 1024 characters", 1_024],
    [Array.from({ length: 20 }, (_, n) => `w${n}`).join(" "), "at most 16 terms", 54],
  ])("refuses %s and says why and where", (text, why, at) => {
    const parsed = parseFilter(text);
    expect(parsed).toMatchObject({ kind: "error", at });
    expect(parsed.kind === "error" ? parsed.message : "").toContain(why);
  });

  test("of any text ends in a filter or in a place inside the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const parsed = parseFilter(text);
        if (parsed.kind === "ok") return;
        expect(parsed.at).toBeGreaterThanOrEqual(0);
        expect(parsed.at).toBeLessThanOrEqual(text.length);
        expect(parsed.until).toBeLessThanOrEqual(text.length + 1);
      }),
    );
  });

  test("is written so that it is read as the same filter", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "B", "*", '"', "\\", ":", " ", "/", "ü", "7"), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.boolean(), (words, quoted) => {
        const text = words.map((each) => (quoted ? JSON.stringify(each) : each)).join(" ");
        const parsed = parseFilter(text);
        if (parsed.kind === "ok") expect(filterOf(filterText(parsed.filter))).toEqual(parsed.filter);
      }),
    );
    fc.assert(
      fc.property(word, word, (type, id) => {
        const filter = withField(withField(everyRow, "id", id), "type", type);
        expect(filterOf(filterText(filter))).toEqual(filter);
        expect(matchesRow(filter, row({ address: { type, id } }))).toBe(true);
      }),
    );
  });

  test("lets in by names whatever it lets in by the whole row", () => {
    const letter = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 4 });
    const name = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });
    const terms = fc.array(
      fc.oneof(
        letter.map((text) => `type:${text}`),
        letter.map((text) => `id:${text}`),
        fc.constantFrom(...rowStatuses).map((status) => `is:${status}`),
        name,
      ),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(terms, name, name, fc.constantFrom(...rowStatuses), (parts, type, id, status) => {
        const parsed = parseFilter(parts.join(" "));
        if (parsed.kind === "error") return;
        const shown = row({ address: { type, id }, status });
        const names = { type, id, status, valueType: shown.valueType, trace: shown.trace };
        if (matchesRow(parsed.filter, shown)) expect(matchesNames(parsed.filter, names)).toBe(true);
      }),
    );
  });

  test("means by its stars what a regular expression means by .*", () => {
    const piece = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }),
        (pieces, text) => {
          expect(fitsPieces(pieces, text)).toBe(new RegExp(`^${pieces.join(".*")}$`).test(text));
        },
      ),
    );
  });
});
