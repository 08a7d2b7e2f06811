/**
 * Target module-yaml: what people and scripts may apply as a module. Texts are valid fixtures changed in their bytes and lines, documents
 * made of the format's own words with wrong values, and YAML's own sharp edges (aliases, depth, tags, merge keys, odd scalars).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { diffModules } from "../../../apps/gateway/src/modules/diff-modules.ts";
import { mergeModules } from "../../../apps/gateway/src/modules/merge-modules.ts";
import { parseModule } from "../../../apps/gateway/src/modules/parse-module.ts";
import { httpTarget } from "../../../packages/engine/src/adapters/http/transport-url.ts";
import { edited, edits, oddTexts } from "../bytes.ts";
import { must, type FuzzTarget } from "../fuzz-target.ts";

export interface YamlCase {
  readonly yaml: string;
}

const fixtures = join(import.meta.dirname, "../../../apps/gateway/test/modules/fixtures");
const valid = readdirSync(fixtures)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => readFileSync(join(fixtures, name), "utf8"));
const words = [...new Set(valid.join("\n").match(/[A-Za-z][\w./-]{2,40}/g) ?? [])];

const oddScalars = [
  ...oddTexts.filter((text) => text.length < 100),
  "~",
  "null",
  "true",
  "yes",
  ".inf",
  "-.nan",
  "0x1F",
  "0o17",
  "1e999",
  "-0",
  "1_000",
  "12345678901234567890123",
  "2020-01-01",
  "1h",
  "-5s",
  "9999999999d",
  "1.5h",
  "!!binary aGk=",
  "!!str 5",
  "!!int x",
  "!custom v",
  "!<tag:x> y",
  "!!set {a}",
  "!!omap [a: 1]",
  "*unknown",
  "&a",
  "&a &b c",
  "|",
  ">-",
  "|9\n x",
  '"\\ud800"',
  '"\\x00"',
  "'",
  '"',
  "{",
  "[",
  "]",
  "}",
  "? a",
  "- a",
  ": a",
  "%YAML 1.1",
  "%TAG ! x",
  "---",
  "...",
  "\t",
  "\ta: b",
  "#",
  "@x",
  "`x",
  "<<",
  "=",
  "${UNSET}",
  "${AWS_SECRET}",
  "a/${AWS_SECRET}",
  "${AWS_SECRET}/*",
  "http://h/${AWS_SECRET}/{function.name}",
  "http://{function.name}.svc.test:80/fn",
  "http://h/a/{function.name}?b={function.name}#c",
  "https://h/.{function.name}/x",
  "${",
  "${A",
  "$${A}",
];
const scalar = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...oddScalars),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.double().map(String),
);

/** Replaces one line of a text, doubles it, removes it or changes its indentation. */
const lineChange = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom("value", "value", "key", "double", "remove", "indent", "before"),
  text: scalar,
  indent: fc.nat({ max: 12 }),
});
type LineChange = typeof lineChange extends fc.Arbitrary<infer Change> ? Change : never;

function changedLines(text: string, changes: readonly LineChange[]): string {
  const lines = text.split("\n");
  for (const change of changes) {
    const at = Math.floor(change.at * lines.length);
    const line = lines[at] ?? "";
    const colon = line.indexOf(":");
    const replaced: Record<LineChange["kind"], string[]> = {
      value: [`${line.slice(0, colon < 0 ? line.length : colon + 1)} ${change.text}`],
      key: [`${/^\s*/.exec(line)?.[0] ?? ""}${change.text}${colon < 0 ? "" : line.slice(colon)}`],
      double: [line, line],
      remove: [],
      indent: [" ".repeat(change.indent) + line.trimStart()],
      before: [`${/^\s*/.exec(line)?.[0] ?? ""}${change.text}`, line],
    };
    lines.splice(at, 1, ...(replaced[change.kind] ?? []));
  }
  return lines.join("\n");
}

const ending = fc.oneof({ weight: 6, arbitrary: fc.constant("\n") }, fc.constantFrom("\r\n", "\r", "\n\t", "\u0085", "\u2028"));
const mark = fc.oneof(
  { weight: 8, arbitrary: fc.constant("") },
  fc.constantFrom("\ufeff", "\ufeff\ufeff", "\u0000", "%YAML 1.2\n---\n", "---\n", "--- |\n"),
);
const several = fc.array(fc.constantFrom(...valid), { minLength: 1, maxLength: 3 }).map((texts) => texts.join("\n---\n"));
const changed = fc
  .tuple(several, fc.array(lineChange, { maxLength: 4 }), mark, ending)
  .map(([text, changes, head, end]) => head + changedLines(text, changes).replaceAll("\n", end));
const changedBytes = fc.tuple(changed, edits).map(([text, changes]) => Buffer.from(edited(Buffer.from(text), changes)).toString("utf8"));

/** A document of the format's words in which anything may contain anything. */
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie("node"), { maxLength: 4 }),
    fc.dictionary(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, scalar), tie("node"), { maxKeys: 5 }),
  ),
})).node;
const assembled = fc
  .tuple(fc.oneof(fc.constantFrom(...words), scalar), tree, fc.boolean())
  .map(([kind, spec, legacy]) =>
    legacy ? JSON.stringify({ version: "3.0", module: { meta: { type: "remote" }, spec } }) : JSON.stringify({ kind, spec }),
  );

function bomb(width: number, levels: number): string {
  const lines = [`a0: &a0 [${"x,".repeat(width)}]`];
  for (let level = 1; level <= levels; level++) lines.push(`a${level}: &a${level} [${`*a${level - 1},`.repeat(width)}]`);
  return `kind: x\nspec:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}

const small = fc.nat({ max: 300 });
const sharp = fc.oneof(
  fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 })).map(([width, levels]) => bomb(width, levels)),
  small.map((depth) => `kind: x\nspec: ${"[".repeat(depth)}${"]".repeat(depth)}`),
  small.map((depth) => `kind: x\nspec: ${"{a: ".repeat(depth)}1${"}".repeat(depth)}`),
  small.map((depth) => Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}a:`).join("\n")),
  small.map((depth) => `${"- ".repeat(depth)}x`),
  small.map((count) => "---\n".repeat(count)),
  small.map((count) => `kind: x\nspec:\n${"  same: 1\n".repeat(count)}`),
  small.map(
    (count) => `kind: x\nspec:\n${Array.from({ length: count }, (_, n) => `  k${n}: &k${n} {<<: *k${Math.max(0, n - 1)}}\n`).join("")}`,
  ),
  fc.constantFrom(
    "&a [*a]",
    "a: &a {b: *a}",
    "? [a]: b",
    "? {a: b}\n: c",
    "<<: *x",
    "<<: [1, 2]",
    "!!merge <<: {a: 1}",
    "a: b: c",
    "'",
    "\t- a",
    "- - - -\n -",
  ),
  scalar,
);

const big = fc
  .tuple(
    fc.constantFrom("[", "{a: ", "- ", "&a *a ", "a", '"', "#", "---\n", "a: 1\n", "!!x ", "? ", "'", "\n", "\t", "|\n "),
    fc.constantFrom(10_000, 120_000, 1_048_577),
  )
  .map(([part, bytes]) => part.repeat(Math.ceil(bytes / part.length)));

const text = fc.oneof(
  { weight: 300, arbitrary: changed },
  { weight: 200, arbitrary: changedBytes },
  { weight: 200, arbitrary: assembled },
  { weight: 100, arbitrary: sharp },
  { weight: 1, arbitrary: big },
);

/** The value of a variable must be shown nowhere. */
const hidden = "s3cr3t-f0r-n0b0dy";
export const moduleEnv = { AWS_ID: "id", AWS_SECRET: hidden, HOST: "functions.local", PORT: "9000" };
const other = parseModule({ name: "other", yaml: valid[0] ?? "", env: moduleEnv }).document;

export const moduleYaml: FuzzTarget<YamlCase> = {
  name: "module-yaml",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 768 * 1024 * 1024,
  cases: text.map((yaml) => ({ yaml })),
  open: async () => ({ run: async ({ yaml }) => mustHoldOfModule(yaml), [Symbol.asyncDispose]: async () => undefined }),
};

const hostileNames = [
  "..",
  ".",
  "..\\..\\admin",
  "x?a=1#",
  "%2e%2e",
  "%5c",
  "127.0.0.1:1#",
  "a@b",
  "a.b",
  "2130706433",
  ".sock",
  "é",
  "a b",
];

/**
 * Checks that a call goes where the template says, whatever the function's name is: the name may change one label of the host, or one
 * segment of the path.
 */
function mustKeepItsPlace(template: string): void {
  const plain = httpTarget(template, "x");
  if (plain.kind === "error") return;
  for (const name of hostileNames) {
    const found = httpTarget(template, name);
    if (found.kind === "error") {
      must(found.of === "name", () => `${template} serves x and not ${name}: ${found.reason}`);
      continue;
    }
    const { origin, path } = found.target;
    const said = (): string => `${name} at ${template} leads to ${origin}${path}`;
    must(origin === plain.target.origin || /^[A-Za-z0-9-]+$/.test(name), said);
    const [before, after] = [plain.target.path, path].map((text) => new URL(text.replace(/^\/+/, "/"), "http://reader.test"));
    must(before?.pathname.split("/").length === after?.pathname.split("/").length && after?.host === "reader.test", said);
  }
}

/** Checks the module and returns the outcome. */
export function mustHoldOfModule(yaml: string): string {
  const { issues, document } = parseModule({ name: "fuzz", yaml, env: moduleEnv });
  const lines = yaml.split(/\r\n|\r|\n/).length;
  for (const issue of issues) {
    must(issue.message.trim() !== "", () => "an issue says nothing");
    must(
      Number.isInteger(issue.line) && issue.line >= 1 && issue.line <= lines + 1,
      () => `line ${issue.line} of ${lines}: ${issue.message}`,
    );
    must(Number.isInteger(issue.column) && issue.column >= 1, () => `column ${issue.column}: ${issue.message}`);
    must(issue.message.length <= 2000, () => `an issue of ${issue.message.length} characters: ${issue.message.slice(0, 200)}`);
  }
  const errors = issues.filter(({ severity }) => severity === "error").length;
  must((document === undefined) === errors > 0, () => `${errors} errors and ${document === undefined ? "no document" : "a document"}`);
  if (document === undefined) return "INVALID_MODULE";
  const merged = mergeModules(other === undefined ? [document] : [other, document]);
  diffModules(other, document);
  const told = JSON.stringify([issues, diffModules(document, undefined)]);
  must(yaml.includes(hidden) || !told.includes(hidden), () => `what a variable holds was told: ${told.slice(0, 500)}`);
  for (const { urlTemplate } of merged.bindings.endpoints) mustKeepItsPlace(urlTemplate);
  for (const { transport } of merged.bindings.endpoints)
    for (const [name, limit] of Object.entries(transport))
      must(typeof limit !== "number" || (Number.isFinite(limit) && limit >= 0), () => `${name} is ${String(limit)}`);
  return merged.issues.length > 0 ? "collides" : issues.length > 0 ? "ok with warnings" : "ok";
}
