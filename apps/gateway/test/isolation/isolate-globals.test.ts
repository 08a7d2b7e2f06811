/** URL, URLSearchParams, structuredClone, atob and btoa of an isolate give what Node's own give. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyCharacter } from "../../../../e2e/stack/any-character.ts";
import { urlParts } from "../../src/isolation/isolate-url.ts";

interface Inside {
  readonly URL: typeof URL;
  readonly URLSearchParams: typeof URLSearchParams;
  readonly structuredClone: typeof structuredClone;
  readonly atob: typeof atob;
  readonly btoa: typeof btoa;
}

const context = createContext({ signalboxUrl: urlParts });
for (const name of ["isolate-prelude.ts", "isolate-prelude-url.ts", "isolate-prelude-clone.ts"]) {
  const text = readFileSync(new URL(`../../src/isolation/${name}`, import.meta.url), "utf8").replace("export {};", "");
  // Each file is a module there, so its declarations are not visible to the others.
  runInContext(`{${stripTypeScriptTypes(text)}}`, context);
}
const inside = runInContext("({ URL, URLSearchParams, structuredClone, atob, btoa })", context) as Inside;

/** Returns the result, or the name of what it throws. */
function given(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return `throws ${(error as Error).name}`;
  }
}

const anyText = fc.string({ unit: anyCharacter, maxLength: 12 });
const halves = fc.constantFrom("\ud800", "\udc00x", "%", "%4", "%41", "%ff", "+", "&", "=", "?", "#", "a b", "");
const part = fc.oneof(
  anyText,
  halves,
  fc.constantFrom("example.org", "münchen.de", "[::1]", "127.1", "8080", "http:", "/a/../b", "//x", "\\"),
);
const address = fc
  .tuple(
    fc.constantFrom("http://", "https://u:p@", "ftp:", "data:", "mailto:", "file:///", "//", "", "custom:", "HTTP:\\\\"),
    part,
    fc.constantFrom("", "/", ":80/", "?"),
    part,
    halves,
    part,
  )
  .map((parts) => parts.join(""));
const names = ["href", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"] as const;

function shownUrl(url: URL): unknown {
  return [...names.map((name) => url[name]), url.origin, String(url), JSON.stringify(url), String(url.searchParams), [...url.searchParams]];
}

describe("a URL", () => {
  test("is parsed as Node parses it, against a base too", () => {
    fc.assert(
      fc.property(address, fc.option(address, { nil: undefined }), (text, base) => {
        const parse = (made: typeof URL) => given(() => shownUrl(new made(text, base)));
        expect(parse(inside.URL)).toEqual(parse(URL));
        expect(inside.URL.canParse(text, base)).toBe(URL.canParse(text, base));
        expect(inside.URL.parse(text, base)?.href).toBe(URL.parse(text, base)?.href);
      }),
      { numRuns: 1_000 },
    );
  });

  test("changes as Node's does, with its parameters", () => {
    const change = fc.oneof(
      fc.record({ set: fc.constantFrom(...names), to: fc.oneof(part, address) }),
      fc.record({ param: fc.constantFrom("append", "set", "delete", "sort"), name: part, to: part }),
    );
    fc.assert(
      fc.property(address, fc.array(change, { maxLength: 6 }), (text, changes) => {
        fc.pre(URL.canParse(text));
        const changed = (made: typeof URL) => {
          const url = new made(text);
          return changes.map((each) =>
            given(() => {
              if ("set" in each) url[each.set] = each.to;
              else if (each.param === "sort") url.searchParams.sort();
              else if (each.param === "delete") url.searchParams.delete(each.name);
              else if (each.param === "set") url.searchParams.set(each.name, each.to);
              else url.searchParams.append(each.name, each.to);
              return shownUrl(url);
            }),
          );
        };
        expect(changed(inside.URL)).toEqual(changed(URL));
      }),
      { numRuns: 1_000 },
    );
  });

  test("has its class and methods under their known names", () => {
    expect([inside.URL.name, inside.URLSearchParams.name]).toEqual(["URL", "URLSearchParams"]);
    expect(Object.prototype.toString.call(new inside.URL("http://a"))).toBe("[object URL]");
    expect(Object.getOwnPropertyNames(inside.URL).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "canParse",
      "length",
      "name",
      "parse",
      "prototype",
    ]);
    expect(runInContext("typeof signalboxUrl", context)).toBe("undefined");
  });
});

test("parameters are read and written as Node does it", () => {
  const pairs = fc.array(fc.tuple(part, part), { maxLength: 6 });
  const init = fc.oneof(
    anyText,
    pairs,
    fc.dictionary(part, part, { maxKeys: 4 }),
    pairs.map((each) => String(new URLSearchParams(each))),
  );
  fc.assert(
    fc.property(init, part, part, (from, name, value) => {
      const use = (made: typeof URLSearchParams) => {
        const params = new made(from);
        const seen: unknown[] = [String(params), [...params.keys()], [...params.values()], params.size];
        params.forEach((one, key) => void seen.push([key, one]));
        const asked = [params.get(name), params.getAll(name), params.has(name), params.has(name, value)];
        params.delete(name, value);
        params.append(name, value);
        params.set(name, "x");
        params.sort();
        return [seen, asked, String(params), [...new made(params)]];
      };
      expect(use(inside.URLSearchParams)).toEqual(use(URLSearchParams));
    }),
    { numRuns: 1_000 },
  );
});

describe("a clone", () => {
  test("equals Node's clone, for any value", () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        // Node's own structuredClone brings both into this realm, so that they have the same classes.
        expect(structuredClone(inside.structuredClone(value))).toStrictEqual(structuredClone(value));
      }),
    );
  });

  test("keeps circles, shared values, errors, regular expressions and the buffers that several views share", () => {
    const shared = { a: 1 };
    const circle: Record<string, unknown> = { one: shared, two: shared };
    circle["self"] = circle;
    const copy = inside.structuredClone(circle);
    expect(copy["self"]).toBe(copy);
    expect(copy["one"]).toBe(copy["two"]);
    expect(copy["one"]).not.toBe(shared);
    const error = inside.structuredClone(new RangeError("too far", { cause: { at: 7 } }));
    expect([error.name, error.message, (error.cause as { at: number }).at]).toEqual(["RangeError", "too far", 7]);
    const expression = inside.structuredClone(/a(b)/giu);
    expect([expression.source, expression.flags, expression.lastIndex]).toEqual(["a(b)", "giu", 0]);
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const [whole, tail] = inside.structuredClone([bytes, bytes.subarray(2)] as const);
    whole[3] = 9;
    expect([...tail]).toEqual([3, 9]);
    expect([...bytes]).toEqual([1, 2, 3, 4]);
  });

  test("of a value that cannot be cloned is refused as Node refuses it", () => {
    for (const value of [() => 1, Symbol("x"), new WeakMap(), Promise.resolve(), { deep: [() => 1] }])
      expect(given(() => inside.structuredClone(value))).toBe("throws DataCloneError");
  });

  test("takes over the buffers that are transferred", () => {
    const { buffer } = new Uint8Array([7]);
    const moved = inside.structuredClone({ buffer }, { transfer: [buffer] });
    expect([buffer.byteLength, moved.buffer.byteLength]).toEqual([0, 1]);
    expect(given(() => inside.structuredClone(1, { transfer: [{} as ArrayBuffer] }))).toBe("throws DataCloneError");
  });
});

test("base64 is written and read as Node does it", () => {
  const latin = fc.array(fc.nat(260), { maxLength: 12 }).map((codes) => String.fromCharCode(...codes));
  const digits = fc.oneof(
    anyText,
    fc.array(fc.constantFrom("A", "b", "9", "+", "/", "=", " ", "\n", "-"), { maxLength: 10 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(latin, digits, (text, coded) => {
      expect(given(() => inside.btoa(text))).toBe(given(() => btoa(text)));
      expect(given(() => inside.atob(coded))).toBe(given(() => atob(coded)));
    }),
    { numRuns: 2_000 },
  );
});
