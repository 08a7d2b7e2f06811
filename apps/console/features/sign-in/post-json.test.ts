/** Where the login leads to. */
import { expect, test } from "vitest";
import { nextPath } from "./post-json.ts";

test.each([
  ["?next=%2Fentities%3Ftype%3Da%252Fb", "/entities?type=a%2Fb"],
  ["", "/"],
  ["?next=https%3A%2F%2Fevil.example", "/"],
  ["?next=%2F%2Fevil.example", "/"],
  ["?next=%2F%5Cevil.example", "/"],
  ["?next=javascript%3Aalert(1)", "/"],
  ["?next=%2Flogin%3Fnext%3D%2F", "/"],
])("%s leads to %s", (search, path) => {
  expect(nextPath(search)).toBe(path);
});
