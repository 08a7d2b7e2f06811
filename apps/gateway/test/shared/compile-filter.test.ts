/**
 * The filter language: what fits, what is refused and where, what the older form means, and that nothing hostile is ever run.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chipsOf, equalOf, textOfChips, withEqual } from "../../src/shared/filter/filter-chips.ts";
import { compileFilter, filterCharactersMax, type Filter, type Look, type ReadField } from "../../src/shared/filter/compile-filter.ts";
import { FilterCost, filterStepsMax } from "../../src/shared/filter/filter-cost.ts";
import { namesOf } from "../../src/shared/filter/filter-names.ts";
import { filterFieldsOf, filterSubjects } from "../../src/shared/filter/filter-subjects.ts";
import { documentOf, valueOfJson, valueNodesMax, type FilterValue } from "../../src/shared/filter/filter-values.ts";
import { matchesNames } from "../../src/shared/row-filter.ts";

function filter(text: string, subject: "row" | "entity" = "row"): Filter {
  const compiled = compileFilter(text, subject);
  if (compiled.kind === "error") throw new Error(`${text}: ${compiled.message}`);
  return compiled.filter;
}

const reading =
  (fields: Readonly<Record<string, FilterValue>>): ReadField =>
  (name) =>
    fields[name];

function look(text: string, fields: Readonly<Record<string, FilterValue>>, subject: "row" | "entity" = "entity"): Look["kind"] {
  return filter(text, subject).look(reading(fields)).kind;
}

const ada = {
  type: "shop/cart",
  namespace: "shop",
  id: "ada",
  state: documentOf([
    ["visits", 60n],
    ["total", valueOfJson("12.5")],
    ["account", valueOfJson('{"balance":9007199254740993,"tags":["vip","eu"],"open":true}')],
  ]),
  written: new Date("2026-11-28T08:00:00Z"),
  now: new Date("2026-11-28T08:04:00Z"),
  waiting: 3n,
};

describe("a filter", () => {
  test.each([
    ['state.visits > 50 && id.startsWith("a")', "fits"],
    ["state.visits > 60", "differs"],
    ["state.total > 12", "fits"],
    ["state.account.balance == 9007199254740993", "fits"],
    ["state.account.balance > 9007199254740992", "fits"],
    ['state.account.tags.exists(t, t == "vip")', "fits"],
    ['"eu" in state.account.tags', "fits"],
    ["state.account.open", "fits"],
    ["state.nothing > 1", "differs"],
    ["!has(state.nothing)", "fits"],
    ["state.nothing > 1 || waiting > 2", "fits"],
    ["state.constructor == 1", "differs"],
    ["state.visits.length == 1", "differs"],
    ['state.visits > "a"', "unclear"],
    ['now - written < duration("5m")', "fits"],
    ['written > timestamp("2026-11-28T08:00:01Z")', "differs"],
    ['type == "shop/cart" && namespace == "shop"', "fits"],
    ['id.like("a*a") && !id.like("b*")', "fits"],
    ['id.holds("DA")', "fits"],
    ['type == "type" || id.contains("type")', "differs"],
    ['failure.code == "X"', "differs"],
  ])("%s %s", (text, expected) => {
    expect(look(text, ada)).toBe(expected);
  });

  test.each([
    ["type:shop/cart is:failed", 'type == "shop/cart" && status == "failed"'],
    ["id:order-*", 'id.like("order-*")'],
    ['id:"a*b"', 'id == "a*b"'],
    ["value:shop/Add trace:81", 'valueType == "shop/Add" && trace == 81'],
    ["trace:8*", 'string(trace).like("8*")'],
    ['type:shop/cart "refund late"', 'type == "shop/cart" && text.holds("refund late")'],
    ["refund late", 'text.holds("refund") && text.holds("late")'],
    ['"x y"', 'text.holds("x y")'],
  ])("the older %s means %s", (older, cel) => {
    expect(filter(older).text).toBe(cel);
    expect(filter(cel).text).toBe(cel);
  });

  test.each([
    ["is:failed typo:x", 10, 16, "There is no field typo"],
    ["is:never", 3, 8, "is: takes completed, failed, parked, act"],
    ["type:", 0, 5, "needs a text after it"],
    ["nope == 1", 0, 4, "There is no field nope"],
    ["id == 5", 0, 7, "These do not go together: text == number"],
    ['at > timestamp("soon")', 5, 22, "ISO 8601"],
    ['id.matches("(a+)+$")', 0, 20, "matches() is not run"],
    ['id.startsWit("a")', 0, 17, "There is no .startsWit()"],
    ['id =! "x"', 3, 4, "Unexpected character"],
  ])("%s is refused at its place", (text, at, until, message) => {
    expect(compileFilter(text, "row")).toMatchObject({ kind: "error", at, until, message: expect.stringContaining(message) });
    const compiled = compileFilter(text, "row");
    expect(compiled.kind === "error" && compiled.cure).toMatch(/\w/);
  });

  test.each(["id ==", 'id == "a', "id", "state.", 'status == "failed" &&', "(", "id.startsWith(", "!"])("%s is unfinished", (text) => {
    expect(compileFilter(text, text.startsWith("state") ? "entity" : "row")).toMatchObject({ kind: "error", unfinished: true });
  });

  test("chips are its parts, and add up to it again", () => {
    const whole = filter('type == "shop/cart" && (id == "a" || id == "b") && value.n > 3');
    expect(chipsOf(whole)).toEqual(['type == "shop/cart"', 'id == "a" || id == "b"', "value.n > 3"]);
    expect(textOfChips(chipsOf(whole))).toBe(whole.text);
    expect(withEqual(whole, "type", "x/y")).toBe('type == "x/y" && (id == "a" || id == "b") && value.n > 3');
    expect(withEqual(whole, "type", null)).toBe('(id == "a" || id == "b") && value.n > 3');
    expect([equalOf(whole, "type"), equalOf(whole, "id")]).toEqual(["shop/cart", null]);
  });
});

describe("a hostile filter", () => {
  test.each([
    "value.exists(a, value.exists(b, value.exists(c, a == b)))",
    "value.exists(a, value.exists(b, b > 1))",
    'value.exists(a, text.holds("aaaaaaaaaaaaaaaab"))',
    "value.all(a, value == value)",
    "value.exists(a, text.size() == 5)",
    "value.exists(a, size(text) == 5)",
    'value.exists(a, text.lowerAscii() == "b")',
    "value.map(a, a).size() > 0",
    'text.split("").size() > 0',
    "id.contains(text)",
    '{"a": 1}.a == 1',
  ])("%s is not run", (text) => {
    expect(compileFilter(text, "row")).toMatchObject({ kind: "error", unfinished: false });
  });

  test("is bounded in its length, its parts and its depth", () => {
    expect(compileFilter(`id == "${"a".repeat(filterCharactersMax)}"`, "row").kind).toBe("error");
    expect(compileFilter(`${"(".repeat(500)}true${")".repeat(500)}`, "row").kind).toBe("error");
    expect(compileFilter(`${"!".repeat(900)}true`, "row").kind).toBe("error");
    expect(compileFilter(Array.from({ length: 200 }, () => "1<2").join("&&"), "row").kind).toBe("error");
  });

  test("gives no answer for a value that is larger than a look may take", () => {
    const many = `[${Array.from({ length: valueNodesMax + 1 }, () => 1).join(",")}]`;
    const read: ReadField = () => valueOfJson(many);
    expect(filter("value.exists(x, x == 2)").look(read)).toMatchObject({ kind: "unclear", why: expect.stringContaining("parts") });
  });

  test("of any text is compiled or refused with a place and a cure, and a compiled one has its bound", () => {
    const words = filterSubjects.flatMap((subject) => filterFieldsOf[subject].map(({ name }) => name));
    const part = fc.oneof(
      fc.constantFrom(...new Set(words)),
      fc.constantFrom("==", "!=", "&&", "||", "(", ")", ".", ",", "[", "]", "?", ":", "!", "-", "+", "in", '"', "'", "{", "}", "\\", " "),
      fc.constantFrom("exists(x, x > 1)", 'startsWith("a")', 'matches("a")', "duration(", "1", "1.5", "true", "is:failed", "type:*"),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 24 }), fc.constantFrom(...filterSubjects), (parts, subject) => {
        const text = parts.join(" ").slice(0, filterCharactersMax);
        const compiled = compileFilter(text, subject);
        if (compiled.kind === "error") {
          expect(compiled.at).toBeGreaterThanOrEqual(0);
          expect(compiled.until).toBeGreaterThanOrEqual(compiled.at);
          expect([compiled.message.trim(), compiled.cure.trim()]).not.toContain("");
          return;
        }
        const { tree, look: lookAt } = compiled.filter;
        if (tree !== undefined) expect(new FilterCost().of(tree)).toBeLessThanOrEqual(filterStepsMax);
        expect(["fits", "differs", "unclear"]).toContain(lookAt(() => undefined).kind);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("fits the names of every row that it fits", () => {
  const field = fc.constantFrom("type", "id", "valueType", "status");
  const word = fc.constantFrom("a", "ab", "b", "aba", "");
  const condition = fc.oneof(
    fc.tuple(field, word).map(([name, text]) => `${name} == "${text}"`),
    fc.tuple(field, word).map(([name, text]) => `"${text}" == ${name}`),
    fc
      .tuple(field, fc.constantFrom("startsWith", "endsWith", "contains", "like"), fc.constantFrom("a", "a*", "*b", "b"))
      .map(([name, method, text]) => `${name}.${method}("${text}")`),
    fc.integer({ min: 1, max: 3 }).map((trace) => `trace == ${trace}`),
  );
  const joined = fc.array(
    fc.oneof(
      condition,
      fc.tuple(condition, condition).map(([one, other]) => `(${one} || !(${other}))`),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  fc.assert(
    fc.property(joined, fc.tuple(word, word, word, word, fc.integer({ min: 1, max: 3 })), (parts, [type, id, valueType, status, trace]) => {
      const made = filter(parts.join(" && "));
      const fitting = made.look(reading({ type, id, valueType, status, trace: BigInt(trace) })).kind === "fits";
      const { names, whole } = namesOf(made);
      const byNames = matchesNames(names, { type, id, valueType, status, trace });
      if (whole) expect(byNames).toBe(fitting);
      else if (fitting) expect(byNames).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
