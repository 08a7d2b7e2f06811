/** Names of states in Flink: known function types decide where the dots part; where none fits, it is said to be a guess. */
import { describe, expect, test } from "vitest";
import { flinkStateName, StateNames } from "../../src/savepoint/state-names.ts";

describe("names of states in Flink", () => {
  test("a known type is found again, also where dots are everywhere", () => {
    const types = ["shop/cart", "com.example.shop/cart.v2", "com.example/shop"];
    const names = new StateNames(types);
    for (const type of types)
      for (const name of ["items", "a.b.c"]) expect(names.state(flinkStateName(type, name))).toEqual({ type, name, guessed: false });
  });

  test("the longest type that fits is chosen", () => {
    const names = new StateNames(["a/b", "a/b.c"]);
    expect(names.state("a.b.c.d")).toEqual({ type: "a/b.c", name: "d", guessed: false });
  });

  test("three parts leave nothing to guess", () => {
    expect(new StateNames([]).state("shop.cart.items")).toEqual({ type: "shop/cart", name: "items", guessed: false });
  });

  test("more parts without a known type are a guess, and said to be one", () => {
    expect(new StateNames([]).state("com.example.shop.cart.items")).toEqual({
      type: "com.example.shop/cart",
      name: "items",
      guessed: true,
    });
  });

  test("a type that Flink knows says where the state's name begins", () => {
    const names = new StateNames([]);
    names.addDotted("com.example.cart");
    expect(names.state("com.example.cart.a.b")).toEqual({ type: "com.example/cart", name: "a.b", guessed: true });
  });
});
