import { expect, it } from "vitest";
import { unknownFields } from "./unknown-fields.ts";

const columns = ["visits", "account.balance", "name"];

it("names the fields that no entity has, with the one that was probably meant", () => {
  expect(unknownFields("state.visitz > 5 && state.account.balanse < 3", columns)).toEqual([
    { path: "visitz", near: "visits" },
    { path: "account.balanse", near: "account.balance" },
  ]);
  expect(unknownFields("state.balanse > 1", columns)).toEqual([{ path: "balanse", near: "account.balance" }]);
  expect(unknownFields("has(state.colour) || has(state.colour)", columns)).toEqual([{ path: "colour", near: undefined }]);
});

it("says nothing of known fields, of the contents of a text, of methods, and where not all fields are known", () => {
  const there = 'state.visits > 5 && has(state.account) && state.name.startsWith("state.nope") && state.account.balance > 1';
  expect(unknownFields(there, columns)).toEqual([]);
  expect(unknownFields("state.nope > 1", [])).toEqual([]);
  expect(
    unknownFields(
      "state.nope > 1",
      Array.from({ length: 32 }, (_, place) => `f${place}`),
    ),
  ).toEqual([]);
});
