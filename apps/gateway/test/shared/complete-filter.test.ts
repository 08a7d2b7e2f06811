/**
 * What is offered at the caret of a filter: fields, what can be asked of each, and known values; taking an offer keeps the text a valid
 * filter.
 */
import { expect, test } from "vitest";
import { compileFilter } from "../../src/shared/filter/compile-filter.ts";
import { completeFilter, type KnownOfRows } from "../../src/shared/filter/complete-filter.ts";
import { filterFieldsOf, filterSubjects } from "../../src/shared/filter/filter-subjects.ts";

const known: KnownOfRows = {
  values: { type: ["shop/cart", "shop/stock"], "state.tier": ["gold", "silver"] },
  keys: {
    state: [
      { name: "balance", detail: "number, 5 of 5 rows have it", type: "number" },
      { name: "tier", detail: "text", type: "text" },
    ],
  },
};
const offered = (before: string): string[] => completeFilter(before, "entity", known).options.map(({ label }) => label);

test("a word becomes a field or a function", () => {
  expect(offered("sta")).toEqual(["state", "status"]);
  expect(offered("waiting > 1 && dur")).toEqual(['duration("5m")']);
  expect(offered("")).toEqual([]);
});

test("after a dot stand the fields of the state, and the functions of its kind", () => {
  expect(offered("state.")).toEqual(["balance", "tier"]);
  expect(offered("state.b")).toEqual(["balance"]);
  expect(offered("state.tier.star")).toEqual(['startsWith("a")']);
  expect(offered("written.get")).toContain("getHours()");
  expect(offered("failure.")).toEqual(["code", "message"]);
});

test("after a comparison stand values, quoted: those known from the rows and those that a field can have", () => {
  expect(offered("type == ")).toEqual(['"shop/cart"', '"shop/stock"']);
  expect(offered('type == "st')).toEqual(['"shop/stock"']);
  expect(offered('state.tier != "')).toEqual(['"gold"', '"silver"']);
  expect(offered('status == "pa')).toEqual(['"paused"', '"parked"']);
  expect(completeFilter('type == "st', "entity", known).from).toBe("type == ".length);
});

test("inside a text nothing is offered", () => {
  expect(offered('id.startsWith("sta')).toEqual([]);
});

test("each field is offered by its prefix, and each value of a field makes a filter", () => {
  for (const subject of filterSubjects)
    for (const { name, values = [] } of filterFieldsOf[subject]) {
      expect(completeFilter(name.slice(0, -1), subject).options.map(({ text }) => text)).toContain(name);
      for (const { text } of completeFilter(`${name} == `, subject).options)
        expect(compileFilter(`${name} == ${text}`, subject).kind).toBe("ok");
      expect(completeFilter(`${name} == `, subject).options.length).toBe(Math.min(12, values.length));
    }
});
