/** The registration form's own checks. */
import { expect, it } from "vitest";
import { en } from "../../words/functions/en.ts";
import { functionsProblem, typeNamesOf, urlProblem } from "./endpoint-form.ts";

const { problems } = en;

it("a template with the function's name is a URL", () => {
  expect(urlProblem("http://127.0.0.1:8000/{function.name}", problems)).toBeNull();
  expect(urlProblem("http+unix:///var/run/fn.sock/statefun", problems)).toBeNull();
});
it("another placeholder, scheme or shape is refused with the expected form", () => {
  expect(urlProblem("http://h/{name}", problems)).toContain("{function.name}");
  expect(urlProblem("localhost:8000", problems)).toContain("http://");
  expect(urlProblem("http://", problems)).not.toBeNull();
});
it("functions are namespace/name or namespace/*", () => {
  for (const good of ["shop/cart", "com.example/*"]) expect(functionsProblem(good, problems)).toBeNull();
  for (const bad of ["shop", "shop/ca*", "*/cart", "a/b/c", "shop/"]) expect(functionsProblem(bad, problems)).not.toBeNull();
});
it("one type is asked by its name, a wildcard by the given names", () => {
  expect(typeNamesOf("shop/cart", "", problems).types).toEqual(["shop/cart"]);
  expect(typeNamesOf("shop/*", "cart, shop/stock", problems).types).toEqual(["shop/cart", "shop/stock"]);
  expect(typeNamesOf("shop/*", "other/x", problems).problem).toContain("other/x");
});
