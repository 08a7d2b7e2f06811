/**
 * Target command-line: words after `signalbox`, drawn from the commands and options that there are and from odd texts, and what answers at
 * the gateway's URL: a gateway's page, a refusal, JSON of another shape, another server. Whatever both are, the command ends with a code of
 * the table, says what it has to in lines without a stack, and sends no request when the words were wrong. Commands that write files or
 * start programs are left out. Neighbour: apps/cli/test/foreign-answers.test.ts.
 */
import fc from "fast-check";
import { exitCodes } from "../../../apps/cli/src/exit-codes.ts";
import type { Io } from "../../../apps/cli/src/io.ts";
import { createProgram } from "../../../apps/cli/src/program.ts";
import { run } from "../../../apps/cli/src/run.ts";
import { oddTexts } from "../bytes.ts";
import { must, type FuzzTarget } from "../fuzz-target.ts";

export interface CommandLineCase {
  readonly words: readonly string[];
  readonly input: string;
  readonly isTerminal: boolean;
  readonly status: number;
  readonly type: string;
  /** The whole body of each answer. */
  readonly body: string;
}

/** They write to the disk, or go on for as long as nobody ends them. */
const leftOut: ReadonlySet<string> = new Set(["start", "backup", "download", "move", "bootstrap", "fork"]);

type Command = ReturnType<typeof createProgram>;

interface KnownCommand {
  readonly path: readonly string[];
  readonly flags: readonly string[];
  /** How many words it must have. */
  readonly needs: number;
}

function commandsBelow(command: Command, path: readonly string[]): KnownCommand[] {
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const inner = command.commands.filter((one) => !leftOut.has(one.name()));
  const needs = command.registeredArguments.filter(({ required }) => required).length;
  return [{ path, flags, needs }, ...inner.flatMap((one) => commandsBelow(one, [...path, one.name()]))];
}

const silent: Io = {
  out: () => undefined,
  err: () => undefined,
  input: () => Promise.resolve(new Uint8Array(0)),
  isTerminal: false,
  columns: 80,
  environment: {},
  fetch: () => Promise.reject(new Error("nothing is asked here")),
  startProgram: () => ({ url: Promise.resolve(undefined), ended: Promise.resolve(0) }),
  signal: new AbortController().signal,
};
const known = commandsBelow(createProgram(silent), []).filter(({ path }) => path.length > 0);
const global = ["--json", "--url", "--token", "--unmask", "--fields", "--help"];

const odd = fc.constantFrom(...oddTexts);
const good = fc.constantFrom("shop/cart", "shop/cart/anna", "1", "fuzz", "-", "{}", "10s", "2026-01-01T00:00:00Z");
const value = fc.oneof(
  { weight: 5, arbitrary: good },
  { weight: 2, arbitrary: fc.constantFrom("--", '{"a":1}', "is:parked", "true") },
  { weight: 3, arbitrary: fc.constantFrom("http://127.0.0.1:1", "ftp://x", "-1", "1e9", "a=b", "=", "a,b") },
  odd,
  fc.string({ maxLength: 20 }),
);
const words = fc.constantFrom(...known).chain(({ path, flags, needs }) => {
  const option = fc.constantFrom(...flags, ...global);
  const told = fc.oneof(
    { weight: 4, arbitrary: value.map((one) => [one]) },
    { weight: 3, arbitrary: fc.tuple(option, value).map(([flag, one]) => [flag, one]) },
    fc.tuple(option, value).map(([flag, one]) => [`${flag}=${one}`]),
    option.map((flag) => [flag]),
  );
  const fitting = fc.tuple(
    fc.array(good, { minLength: needs, maxLength: needs }),
    fc.array(fc.oneof(fc.constantFrom(["--json"], ["--fields", "a"]), fc.tuple(option, good)), { maxLength: 1 }),
  );
  return fc.oneof(
    { weight: 2, arbitrary: fitting.map(([given, more]) => [...path, ...given, ...more.flat()]) },
    fc.array(told, { maxLength: 5 }).map((parts) => [...path, ...parts.flat()]),
  );
});

const problem = fc.record({ code: fc.constantFrom("UNKNOWN_ENTITY", "x", ""), title: value, detail: value, cure: value, where: value });
const page = fc.record({
  items: fc.array(
    fc.json().map((text): unknown => JSON.parse(text)),
    { maxLength: 3 },
  ),
  cursor: fc.option(value),
});
const body = fc.oneof(
  { weight: 3, arbitrary: fc.json() },
  { weight: 3, arbitrary: page.map((one) => JSON.stringify(one)) },
  { weight: 3, arbitrary: problem.map((one) => JSON.stringify(one)) },
  fc.constantFrom("", "{", "null", "[]", "<html>", "data: {}\n\n", "data: x\n\nevent: end\ndata: null\n\n", '{"a":1}\n{"a":'),
  odd,
);

export const commandLine: FuzzTarget<CommandLineCase> = {
  name: "command-line",
  caseMsMax: 5_000,
  rssGrowthBytesMax: 1024 * 1024 * 1024,
  cases: fc.record({
    words,
    input: fc.oneof(fc.constantFrom("", "kind: x\n", "{}", '"a"'), odd),
    isTerminal: fc.boolean(),
    status: fc.constantFrom(200, 200, 200, 201, 202, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503),
    type: fc.constantFrom("application/json", "application/json", "application/problem+json", "text/event-stream", "text/html", ""),
    body,
  }),
  open: async () => ({ run: outcomeOf, [Symbol.asyncDispose]: async () => undefined }),
};

const codes: ReadonlyMap<number, string> = new Map(Object.entries(exitCodes).map(([reason, { code }]) => [code, reason]));

async function outcomeOf(fuzzCase: CommandLineCase): Promise<string> {
  let out = "";
  let err = "";
  let asked = 0;
  // What goes on until it is ended (a tail) is ended.
  const ends = new AbortController();
  const timer = setTimeout(() => ends.abort(), 300);
  const code = await run(fuzzCase.words, {
    ...silent,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    input: () => Promise.resolve(new TextEncoder().encode(fuzzCase.input)),
    isTerminal: fuzzCase.isTerminal,
    fetch: async () => {
      asked++;
      return answerOf(fuzzCase);
    },
    signal: ends.signal,
  }).finally(() => clearTimeout(timer));
  const reason = codes.get(code);
  must(reason !== undefined, () => `exit code ${code} is in no table`);
  must(!/^\s+at .*\.ts:\d+/m.test(out + err), () => `a stack was printed: ${(out + err).slice(0, 300)}`);
  must(reason === "done" || err.trim() !== "" || out.trim() !== "", () => `code ${code} without a word`);
  must(!/\bundefined\b|\[object Object\]/.test(err) || mentions(fuzzCase, err), () => `said: ${err.slice(0, 300)}`);
  if (reason === "usage" && asked > 0) return "usage after a question";
  return reason === "done" ? "ok" : reason;
}

/** Whether it is the case's own text. */
function mentions({ words: said, body: answered }: CommandLineCase, err: string): boolean {
  return [...said, answered].some((text) => /undefined|object Object/.test(text) && err.includes(text.slice(0, 40)));
}

function answerOf({ status, type, body: text }: CommandLineCase): Response {
  const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
  if (status === 302) headers["location"] = "http://elsewhere/";
  return new Response(status === 204 ? null : text, { status, headers });
}
