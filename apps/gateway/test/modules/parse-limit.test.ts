/** Limits in modules: what a component becomes, what is refused with its place, and what two of them may not do together. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { diffModules } from "../../src/modules/diff-modules.ts";
import { mergeModules } from "../../src/modules/merge-modules.ts";
import { parseModule } from "../../src/modules/parse-module.ts";

const limit = (spec: string): string => `kind: io.signalbox.limits.v1/limit\nspec:\n${spec.replace(/^/gm, "  ")}`;

function parse(yaml: string, name = "m") {
  return parseModule({ name, yaml, env: {} });
}

describe("a limit", () => {
  test("becomes the engine's limit", () => {
    const { issues, document } = parse(
      limit(
        'id: shop/tenants\nfunctions: shop/*\nper: prefix\nseparator: "-"\nmessages: 30\nevery: 1 min\nburst: 5\ninFlight: 2\nwaiting: 100',
      ),
    );
    expect(issues).toEqual([]);
    expect(document?.limits.map(({ spec }) => spec)).toEqual([
      {
        id: "shop/tenants",
        module: "m",
        cover: { kind: "functions", namespace: "shop", name: "*" },
        key: { kind: "prefix", separator: "-" },
        messagesPerSecond: 0.5,
        burstMessages: 5,
        inFlightMax: 2,
        waitingMessagesMax: 100,
      },
    ]);
  });

  test("of an ingress bounds its messages; the burst is the number of its period", () => {
    const { document } = parse(limit("id: shop/door\ningress: http\nmessages: 10"));
    expect(document?.limits[0]?.spec).toMatchObject({
      cover: { kind: "ingress", ingress: "http" },
      key: { kind: "all" },
      messagesPerSecond: 10,
      burstMessages: 10,
      inFlightMax: undefined,
    });
  });

  const refused: readonly (readonly [why: string, spec: string, message: RegExp, line: number])[] = [
    ["covers nothing", "id: a/b\nmessages: 1", /write one of the two/, 1],
    ["covers two things", "id: a/b\nfunctions: a/c\ningress: http\nmessages: 1", /write one of the two/, 1],
    ["bounds nothing", "id: a/b\nfunctions: a/c", /bounds nothing/, 1],
    ["has a burst without a rate", "id: a/b\nfunctions: a/c\ninFlight: 1\nburst: 2", /write `messages`/, 6],
    ["bounds what runs of an ingress", "id: a/b\ningress: http\nmessages: 1\ninFlight: 2", /bound of `functions`/, 6],
    ["has a separator and no prefix", 'id: a/b\nfunctions: a/c\nper: id\nseparator: ":"\nmessages: 1', /per: prefix/, 6],
    ["has no time", "id: a/b\nfunctions: a/c\nmessages: 1\nevery: 0 s", /longer than 0/, 6],
    ["misspells a property", "id: a/b\nfunctions: a/c\nmesages: 1", /mesages/, 5],
  ];
  for (const [why, spec, message, line] of refused) {
    test(`that ${why} is refused at its place`, () => {
      const { issues, document } = parse(limit(spec));
      expect(document).toBeUndefined();
      expect(issues.find((issue) => message.test(issue.message))?.line).toBe(line);
    });
  }

  test("with `per` and no bound lets keys take turns", () => {
    expect(parse(limit("id: a/b\nfunctions: a/*\nper: id")).issues).toEqual([]);
  });
});

describe("limits together", () => {
  test("go into the bindings; one id, and one limit by key for the same functions, may be declared once", () => {
    const one = parse(limit("id: a/one\nfunctions: a/*\nper: id\ninFlight: 1"), "one").document;
    const two = parse(limit("id: a/two\nfunctions: a/*\nper: prefix\ninFlight: 1"), "two").document;
    const exact = parse(limit("id: a/exact\nfunctions: a/c\nper: prefix\ninFlight: 1"), "exact").document;
    if (one === undefined || two === undefined || exact === undefined) throw new Error("a module has errors");
    expect(mergeModules([one, exact]).bindings.limits?.map(({ id }) => id)).toEqual(["a/one", "a/exact"]);
    expect(mergeModules([one, two]).issues.map(({ message }) => message)).toEqual([
      "A limit with `per` for a/* in module two is already declared in module one (line 3). Keep one of them.",
    ]);
  });

  test("are compared field by field when a module changes", () => {
    const [before, after] = ["messages: 1", "messages: 2\nburst: 5"].map(
      (rate) => parse(limit(`id: a/b\nfunctions: a/c\n${rate}`)).document,
    );
    expect(diffModules(before, after)).toEqual([
      { kind: "limit", id: "a/b", change: "changed", detail: "messages 1 a second → 2 a second; burst 1 → 5" },
    ]);
    expect(diffModules(undefined, before)[0]).toMatchObject({ kind: "limit", change: "added", detail: "functions a/c" });
  });
});

test("the module of docs/limits.md is valid", async () => {
  const page = await readFile(new URL("../../../../docs/limits.md", import.meta.url), "utf8");
  const yaml = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
  const { issues, document } = parse(yaml);
  expect(issues).toEqual([]);
  expect(document?.limits).toHaveLength(3);
});
