/**
 * Target patterns: every regular expression that our sources write out, on texts that are made to be tried in many ways: a few signs, very
 * many times one or two others, a few signs. The signs are those that the pattern itself speaks of, so that it goes far before it fails.
 * One that takes more than the time in proportion to the text holds up the thread that asks it, and with it everybody's requests.
 * Neighbours: hang-watch.ts ends a case that never ends; decision 24 and docs/guarantees.md G7 say why no thread may be held.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, Script } from "node:vm";
import fc from "fast-check";
import { parseSync, Visitor } from "oxc-parser";
import { FuzzFinding, type FuzzTarget } from "../fuzz-target.ts";

export interface PatternCase {
  /** The number of the pattern, by the remainder. */
  readonly pattern: number;
  /** Characters of the pattern, by the remainder. */
  readonly before: readonly number[];
  readonly many: readonly number[];
  readonly after: readonly number[];
}

export interface WrittenPattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

const root = join(import.meta.dirname, "../../..");
const sources =
  "{apps/gateway/src,apps/cli/src,packages/proto/src,packages/runtime/src,packages/engine/src,packages/sdk/src,packages/flink/src}/**/*.ts";
/** Long enough that quadratic time is noticed, and short enough that nothing else is. */
const charactersMax = 40_000;
const triedMsMax = 1_000;
/** The pattern runs in a context of its own, in which it can be given up. */
const tried = new Script("pattern.test(text)");
const context = createContext({});
const signsOfAll = [" ", "\t", "\n", "0", "1", "a", "A", '"', "'", "\\", ".", "/", "-", "=", "(", ")", "{", "}", "[", "$", ":", ","];

function writtenPatterns(place: string, text: string): WrittenPattern[] {
  const found: WrittenPattern[] = [];
  new Visitor({
    Literal(node) {
      if ("regex" in node) found.push({ place, source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(parseSync(place, text).program);
  return found;
}

/** Returns what a text needs for the pattern to continue: runs of plain characters, and each character alone. */
function signsOf(source: string): string[] {
  const plain = source.replaceAll(/\\([^\w])/g, "$1").match(/[A-Za-z]{2,}|[^A-Za-z\\^$*+?()[\]|]/g) ?? [];
  return [...new Set([...plain, ...signsOfAll])];
}

const some = (least: number, most: number): fc.Arbitrary<number[]> => fc.array(fc.nat(500), { minLength: least, maxLength: most });

export const patterns: FuzzTarget<PatternCase> = {
  name: "patterns",
  caseMsMax: 5_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases: fc.record({ pattern: fc.nat(100_000), before: some(0, 3), many: some(1, 2), after: some(0, 2) }),
  open: () => {
    const all = globSync(sources, { cwd: root })
      .filter((place) => !place.includes("/generated/") && !place.includes("/testing/"))
      .sort()
      .flatMap((place) => writtenPatterns(place, readFileSync(join(root, place), "utf8")))
      .map((written) => ({ ...written, signs: signsOf(written.source) }));
    return Promise.resolve({
      run: (fuzzCase: PatternCase) => Promise.resolve(outcomeOf(all, fuzzCase)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  },
};

function outcomeOf(
  all: readonly (WrittenPattern & { readonly signs: readonly string[] })[],
  { pattern, before, many, after }: PatternCase,
): string {
  const written = all[pattern % all.length];
  if (written === undefined) return "no pattern";
  const texts = (at: readonly number[]): string => at.map((one) => written.signs[one % written.signs.length] ?? "").join("");
  const unit = texts(many);
  const text = texts(before) + unit.repeat(Math.ceil(charactersMax / Math.max(1, unit.length))) + texts(after);
  try {
    return tried.runInContext(Object.assign(context, { pattern: new RegExp(written.source, written.flags), text }), { timeout: triedMsMax })
      ? "ok"
      : "does not fit";
  } catch (error) {
    throw new FuzzFinding(
      `${written.place}: /${written.source}/${written.flags} does not end on a text such as ${JSON.stringify(text.slice(0, 20))}…`,
      { cause: error },
    );
  }
}
