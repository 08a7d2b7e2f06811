/** A module's text and the form beside it: an edit changes what it is about; comments, order and all other documents stay. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  documentsOf,
  placesAt,
  withComponent,
  withEdits,
  withoutComponent,
  type FormEdit,
  type FormPath,
  type FormValue,
} from "./module-document.ts";

const module = `# The shop, by Ada.
kind: io.statefun.endpoints.v2/http   # over HTTP
spec:
  # Everything of the shop.
  functions: shop/*
  urlPathTemplate: 'http://127.0.0.1:8000/statefun'  # beside it
  transport:
    call: 2min     # long calls
    # how many at once
    pool_size: 12
---
# What leaves.
kind: io.statefun.kafka.v1/egress
spec:
  id:   shop/out
  address: 127.0.0.1:9092
  properties:
  - a.b: "1"
  # the second
  - c.d: "2"
# the end
`;

const set = (path: FormPath, value: string | number): FormEdit => ({ kind: "set", path, value });

function told(value: FormValue | undefined): unknown {
  if (value?.kind === "map") return Object.fromEntries([...value.entries].map(([key, one]) => [key, told(one)]));
  if (value?.kind === "list") return value.items.map(told);
  return value?.kind === "text" ? value.text : value?.kind;
}

function specs(text: string): unknown[] {
  return documentsOf(text).map((document) => (document.kind === "component" ? told(document.spec) : document.reason));
}

const comments = (text: string): string[] => [...text.matchAll(/#.*$/gm)].map(([comment]) => comment);

describe("an edit by the form", () => {
  it("replaces a text and touches nothing else, not even blanks", () => {
    expect(withEdits(module, 0, [set(["transport", "call"], "30s")])).toBe(module.replace("2min", "30s"));
    expect(withEdits(module, 0, [set(["transport", "pool_size"], 7)])).toBe(module.replace("size: 12", "size: 7"));
    expect(withEdits(module, 1, [set(["id"], "shop/other")])).toBe(module.replace("shop/out", "shop/other"));
  });

  it("adds a field at the end of its map, in new maps too, and keeps each comment", () => {
    const next = withEdits(module, 0, [set(["transport", "timeouts", "call"], "1 min"), set(["frames"], "false")]);
    expect(comments(next)).toEqual(comments(module));
    expect(specs(next)[0]).toEqual({
      functions: "shop/*",
      urlPathTemplate: "http://127.0.0.1:8000/statefun",
      transport: { call: "2min", pool_size: "12", timeouts: { call: "1 min" } },
      frames: "false",
    });
    expect(next.slice(next.indexOf("---"))).toBe(module.slice(module.indexOf("---")));
  });

  it("removes a field, keeps the comment above it, and removes a map that becomes empty", () => {
    const once = withEdits(module, 0, [{ kind: "remove", path: ["transport", "pool_size"] }]);
    expect(comments(once)).toEqual(comments(module));
    const twice = withEdits(once, 0, [{ kind: "remove", path: ["transport", "call"] }]);
    expect(specs(twice)[0]).toEqual({ functions: "shop/*", urlPathTemplate: "http://127.0.0.1:8000/statefun" });
  });

  it("keeps how a document is indented, and its order", () => {
    const next = withEdits(module, 1, [{ kind: "set", path: ["properties", 2], value: { e: "3" } }]);
    expect(next).toContain('  properties:\n  - a.b: "1"\n  # the second\n  - c.d: "2"\n  - e: "3"\n');
    expect(comments(next)).toEqual(comments(module));
    const item = withEdits(module, 1, [{ kind: "remove", path: ["properties", 0] }]);
    expect(specs(item)[1]).toMatchObject({ properties: [{ "c.d": "2" }] });
    expect(comments(item)).toEqual(comments(module));
  });

  it("quotes a text that would read as another type, and reads it back as it was typed", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("true", "12", "null", "a: b", "a # b", "- a", "~", "${secret.A}", "*x", "&y", "---", "{", "'", '"'),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom<FormPath>(["transport", "call"], ["functions"], ["cwd"], ["a", "b"]), (typed, path) => {
        fc.pre(typed !== "" && typed.isWellFormed());
        const next = withEdits(module, 0, [set(path, typed)]);
        const [first] = specs(next);
        expect(path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], first)).toBe(typed);
        expect(specs(next)[1]).toEqual(specs(module)[1]);
        expect(comments(module).filter((comment) => !next.includes(comment))).toEqual([]);
      }),
    );
  });
});

describe("components", () => {
  it("one is added after the others, and removed again without a trace", () => {
    const next = withComponent(module, "io.signalbox.limits.v1/limit");
    expect(specs(next)).toEqual([...specs(module), {}]);
    expect(withoutComponent(next, 2)).toBe(module);
    expect(specs(withEdits(next, 2, [set(["id"], "shop/slow")]))[2]).toEqual({ id: "shop/slow" });
    expect(withComponent("", "a/b")).toBe("kind: a/b\nspec: {}\n");
  });

  it("the first goes without the comments above it, which may be of the whole module", () => {
    const next = withoutComponent(module, 0);
    expect(next.startsWith("# The shop, by Ada.\n---\n# What leaves.")).toBe(true);
    expect(specs(next)).toEqual([specs(module)[1]]);
  });

  it("text that is not YAML, or of an older form, is left to the text editor", () => {
    const broken = `${module}---\nkind: [\n---\nversion: "3.0"\nmodule: {}\n`;
    expect(documentsOf(broken).map(({ kind }) => kind)).toEqual(["component", "component", "text-only", "text-only"]);
    expect(withEdits(broken, 2, [set(["id"], "x")])).toBe(broken);
    expect(withEdits(broken, 0, [set(["functions"], "a/b")])).toBe(broken.replace("shop/*", "a/b"));
  });

  it("a document whose spec stands empty takes its first field", () => {
    expect(withEdits("kind: a/b\nspec:\n", 0, [set(["id"], "x/y")])).toBe("kind: a/b\nspec:\n  id: x/y\n");
  });
});

describe("a place in the text", () => {
  it("is found in its document, from the innermost field to its parents", () => {
    expect(placesAt(module, { line: 8, column: 11 })).toEqual({ index: 0, paths: [[], ["transport"], ["transport", "call"]] });
    expect(placesAt(module, { line: 15, column: 3 })).toEqual({ index: 1, paths: [[], ["id"]] });
    expect(placesAt(module, { line: 20, column: 5 }).paths.at(-1)).toEqual(["properties", 1, "c.d"]);
  });
});
