/**
 * Finds the places of ${…} in a text.
 */
import { expect, test } from "vitest";
import { placeholdersIn, replacePlaceholders } from "../../src/shape/placeholder-text.ts";

test("each is found with its name, and replaced", () => {
  expect(placeholdersIn("a ${ X }b${secret.Y}${}").map(({ at, written, name }) => [at, written, name])).toEqual([
    [2, "${ X }", " X "],
    [9, "${secret.Y}", "secret.Y"],
    [20, "${}", ""],
  ]);
  expect(replacePlaceholders("a ${X} $ {Y} ${Z", (name, written) => `<${name}|${written}>`)).toBe("a <X|${X}> $ {Y} ${Z");
  expect(replacePlaceholders("${a${b}c}", (name) => `<${name}>`)).toBe("<a${b>c}");
});

test("many placeholders that begin and never end take time in proportion to their length", () => {
  const text = "${".repeat(1_000_000);
  expect(placeholdersIn(text)).toEqual([]);
  expect(replacePlaceholders(text, () => "")).toBe(text);
});
