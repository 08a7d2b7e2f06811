/** Masks as modules declare them: what is read, what is refused, and what a preview says of a change. */
import { describe, expect, test } from "vitest";
import { diffModules } from "../../src/modules/diff-modules.ts";
import { parseModule } from "../../src/modules/parse-module.ts";

const yaml = (spec: string) => `kind: io.signalbox.masks.v1/mask\nspec:\n${spec.replaceAll(/^/gm, "  ")}\n`;
const parsed = (...specs: string[]) => parseModule({ name: "m", yaml: specs.map(yaml).join("---\n"), env: {} });
const firstIssue = (...specs: string[]) => parsed(...specs).issues[0]?.message;

describe("a mask", () => {
  test("covers functions, a namespace or an egress", () => {
    const { document, issues } = parsed("functions: shop/customer\nfields: [profile.email]", "egress: shop/bills\nfields: [iban, '*']");
    expect(issues).toEqual([]);
    expect(document?.masks.map(({ rule }) => rule)).toEqual([
      { cover: { kind: "functions", namespace: "shop", name: "customer" }, fields: [["profile", "email"]] },
      { cover: { kind: "egress", egress: "shop/bills" }, fields: [["iban"], ["*"]] },
    ]);
  });
  test("is refused without fields, with both kinds of cover or neither, with an invalid path, and twice for the same", () => {
    expect(firstIssue("functions: shop/*")).toContain("fields");
    expect(firstIssue("fields: [a]")).toContain("write one of the two");
    expect(firstIssue("functions: shop/*\negress: shop/x\nfields: [a]")).toContain("write one of the two");
    expect(firstIssue("functions: shop/*\nfields: [a..b]")).toContain('"a..b" is no path');
    expect(firstIssue("functions: shop/*\nfields: [a]", "functions: shop/*\nfields: [b]")).toContain("already declared");
  });
  test("is a change of its own in a preview", () => {
    const before = parsed("functions: shop/*\nfields: [a]").document;
    const after = parsed("functions: shop/*\nfields: [a, b]").document;
    expect(diffModules(before, after)).toEqual([{ kind: "mask", id: "shop/*", change: "changed", detail: "fields a → a, b" }]);
  });
});
