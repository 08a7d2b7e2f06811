/** Texts are outside of the code: the moved parts hold none, and the languages say the same things. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { languageOf } from "./use-words.ts";

const root = join(import.meta.dirname, "..");
const moved = [
  "shell/shell.tsx",
  "shell/sidebar.tsx",
  "shell/status-strip.tsx",
  "shell/theme-switch.tsx",
  "features/overview/overview-page.tsx",
  ...readdirSync(join(root, "features/guide"))
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => `features/guide/${name}`),
  "words/language-switch.tsx",
];
/** The keys as they stand on keyboards, and what nobody reads. */
const notWords = new Set(["ctrl K", "Esc"]);
const read = "aria-label|title|label|placeholder|what|description|words|group|alt";

/** What a person would read in the source of a component: text between tags, and attributes and parts that are shown or read out. */
function textsIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  const between = [...code.matchAll(/(?<=[^=]>)\s*([^<>{}()=;]*[A-Za-z]{3,}[^<>{}()=;]*?)\s*(?=<\/|\{|<[A-Za-z])/g)].map(
    ([, text]) => text ?? "",
  );
  const given = [...code.matchAll(new RegExp(`(?:${read})(?:=|: )(?:\\{)?["\`]([^"\`]*[A-Za-z]{2,}[^"\`]*)["\`]`, "g"))].map(
    ([, text]) => text ?? "",
  );
  return [...between, ...given]
    .map((text) => text.trim())
    .filter((text) => !notWords.has(text) && /[A-Za-z]{2,}/.test(text.replaceAll(/\$\{[^}]*\}/g, "")));
}

it("finds a text that was left in the code, between tags and in an attribute", () => {
  const source = 'const a = <p title="Some words">\n  Left here\n  {b}</p>; const c = <Link href="/send">{words.send}</Link>;';
  expect(textsIn(source)).toEqual(["Left here", "Some words"]);
});

it.each(moved)("%s has no text of its own", (path) => {
  expect(textsIn(readFileSync(join(root, path), "utf8"))).toEqual([]);
});

/** Every text by its place; one with parts is told with parts. */
function flat(words: object, place = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const at = `${place}.${key}`;
    if (typeof value === "string") return [[at, value] as [string, string]];
    if (typeof value === "function") return [[at, String(value("1", "2"))] as [string, string]];
    return typeof value === "object" && value !== null ? flat(value, at) : [];
  });
}

it("German has a text for each English one, and sentences are not left in English", () => {
  const english = flat(en);
  const german = new Map(flat(de));
  expect([...german.keys()]).toEqual(english.map(([at]) => at));
  for (const [at, text] of english) {
    expect(german.get(at), at).not.toBe("");
    if (text.split(" ").length > 3) expect(german.get(at), at).not.toBe(text);
  }
});

it("a choice comes before what the browser prefers, and what is not known is passed over", () => {
  expect(languageOf(null, ["de-AT", "en"])).toBe("de");
  expect(languageOf(null, ["fr", "en-GB", "de"])).toBe("en");
  expect(languageOf("en", ["de"])).toBe("en");
  expect(languageOf("xx", ["fr"])).toBe("en");
});
