/**
 * readFromThread: checks what a thread of embedded functions posts before anything depends on its shape. The code in that thread may post
 * messages of its own (libraries do), patch the objects that carry its answers, or return effects of a wrong shape, and no encoding in
 * between would catch that. Neighbours: embedded-worker.ts hears; embedded-frames.ts has the shapes; wire-decode.ts does the same for
 * replies that are bytes. Guarantee: it never throws; whatever passes has the shape that its type says, with well-formed texts.
 */
import { embeddedProblemCodes } from "@signalbox/runtime";
import type { Address } from "@signalbox/runtime/model/address";
import type { DelayedEffect, Effects, OutgoingEgress, OutgoingMessage, StateMutation } from "@signalbox/runtime/model/effects";
import type { KeptFiles } from "@signalbox/runtime/model/endpoint-spec";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { Answer, AnswerOutcome, FromThread } from "./embedded-frames.ts";

/** Undefined: the message is not one of ours and is ignored. `malformed`: it claims to be one of ours and must not be used. */
export type FromCode =
  | Exclude<FromThread, { readonly kind: "answers" }>
  | { readonly kind: "answers"; readonly answers: readonly Answer[] }
  | { readonly kind: "malformed" };

const reasonCharactersMax = 8_192;
const revisionCharactersMax = 64;
const malformed = { kind: "malformed" } as const;

export function readFromThread(message: unknown): FromCode | undefined {
  if (!isNamed(message)) return undefined;
  switch (message["kind"]) {
    case "pong":
      return { kind: "pong" };
    case "ready": {
      const { types, revision, kept } = message;
      if (!Array.isArray(types) || !types.every(isText) || !isText(revision)) return malformed;
      return { kind: "ready", types, revision: revision.slice(0, revisionCharactersMax), kept: readKept(kept) };
    }
    case "refused":
      return readProblem(message["problem"]);
    case "answers":
      return readAnswers(message);
    default:
      return undefined;
  }
}

/** Undefined: nothing is kept, and threads load from the disk. */
function readKept(kept: unknown): KeptFiles | undefined {
  if (!isNamed(kept)) return undefined;
  const { resolved, files, bytes } = kept;
  if (!(bytes instanceof Uint8Array) || !Array.isArray(resolved) || !Array.isArray(files)) return undefined;
  const isFormat = (format: unknown): format is string | undefined => format === undefined || isText(format);
  const isResolved = (one: unknown): one is KeptFiles["resolved"][number] =>
    Array.isArray(one) && one.slice(0, 3).every(isText) && isFormat(one[3]);
  const isFile = (one: unknown): one is KeptFiles["files"][number] =>
    Array.isArray(one) && isText(one[0]) && isFormat(one[1]) && isCount(one[2]) && isCount(one[3]);
  return resolved.every(isResolved) && files.every(isFile) ? { resolved, files, bytes } : undefined;
}

function readProblem(problem: unknown): FromCode {
  if (!isNamed(problem)) return malformed;
  const { code, message, cure, line, column } = problem;
  const known = embeddedProblemCodes.find((one) => one === code);
  if (known === undefined || typeof message !== "string") return malformed;
  const place = (at: unknown): number | undefined => (typeof at === "number" ? at : undefined);
  const shown = (text: string): string => text.slice(0, reasonCharactersMax).toWellFormed();
  const helps = typeof cure === "string" ? { cure: shown(cure) } : {};
  return { kind: "refused", problem: { code: known, message: shown(message), ...helps, line: place(line), column: place(column) } };
}

function readAnswers({ fields, bytes }: Named): FromCode {
  if (!Array.isArray(fields) || !(bytes instanceof Uint8Array) || !(bytes.buffer instanceof ArrayBuffer)) return malformed;
  const all: readonly unknown[] = fields;
  const answers: Answer[] = [];
  let at = 0;
  while (at < all.length) {
    const [id, count] = [all[at], all[at + 1]];
    const begin = at + 2;
    if (!isCount(id) || !isCount(count) || count === 0 || count > all.length - begin) return malformed;
    at = begin + count;
    answers.push({
      id,
      outcome: count === 1 ? outcomeOf(() => readOutcome(all[begin])) : outcomeOf(() => readEffects({ all, at: begin, end: at, bytes })),
    });
  }
  return { kind: "answers", answers };
}

class NotAnAnswer extends Error {}

/** A malformed answer fails only its own call. */
function outcomeOf(read: () => AnswerOutcome): AnswerOutcome {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NotAnAnswer)) throw error;
    return { kind: "malformed", reason: `its answer cannot be read: ${error.message}` };
  }
}

function readOutcome(outcome: unknown): AnswerOutcome {
  const { kind, reason, afterMs, missing, bytes } = named(outcome, "outcome");
  switch (kind) {
    case "incomplete":
      return { kind, missing: each(missing, "missing", readSpec) };
    case "too-large":
      return { kind, bytes: isCount(bytes) ? bytes : 0 };
    case "retry-later":
      return { kind, reason: readReason(reason), afterMs: count(afterMs, "afterMs") };
    case "rejected":
    case "threw":
    case "unknown-type":
    case "malformed":
      return { kind, reason: readReason(reason) };
    default:
      throw new NotAnAnswer("it is of no kind that is known");
  }
}

/** The fields of one answer's effects, of which those before `at` are read. */
interface Reading {
  readonly all: readonly unknown[];
  at: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

function readEffects(from: Reading): AnswerOutcome {
  const mutations: StateMutation[] = [];
  const messages: OutgoingMessage[] = [];
  const delayed: DelayedEffect[] = [];
  const egress: OutgoingEgress[] = [];
  const causes = { messages: [] as number[], delayed: [] as number[], egress: [] as number[] };
  for (let left = nextCount(from, "mutations"); left > 0; left--) {
    const name = nextText(from, "mutations");
    const value = nextValue(from, "mutations");
    mutations.push(value === undefined ? { kind: "delete", name } : { kind: "modify", name, value });
  }
  for (let left = nextCount(from, "messages"); left > 0; left--) {
    messages.push({ target: nextTarget(from, "messages"), value: givenValue(from, "messages") });
    causes.messages.push(nextCount(from, "messages"));
  }
  for (let left = nextCount(from, "delayed"); left > 0; left--) {
    delayed.push(nextDelayed(from));
    causes.delayed.push(nextCount(from, "delayed"));
  }
  for (let left = nextCount(from, "records"); left > 0; left--) {
    egress.push({ egress: nextText(from, "records"), value: givenValue(from, "records") });
    causes.egress.push(nextCount(from, "records"));
  }
  if (from.at !== from.end) throw new NotAnAnswer("it has more fields than its lists");
  return { kind: "effects", effects: { mutations, messages, delayed, egress, causes } satisfies Effects };
}

function nextDelayed(from: Reading): DelayedEffect {
  const kind = next(from, "delayed");
  if (kind === "cancel") return { kind, cancellationToken: nextText(from, "delayed") };
  if (kind !== "send") throw new NotAnAnswer("delayed is of no kind that is known");
  const delayMs = nextCount(from, "delayed");
  const cancellationToken = nextText(from, "delayed");
  return { kind: "send-after", delayMs, cancellationToken, target: nextTarget(from, "delayed"), value: givenValue(from, "delayed") };
}

function next(from: Reading, where: string): unknown {
  if (from.at >= from.end) throw new NotAnAnswer(`${where} is no list`);
  return from.all[from.at++];
}

function nextText(from: Reading, where: string): string {
  return text(next(from, where), where);
}

function nextCount(from: Reading, where: string): number {
  return count(next(from, where), where);
}

function nextTarget(from: Reading, where: string): Address {
  return { type: nextText(from, where), id: nextText(from, where) };
}

function givenValue(from: Reading, where: string): TypedValue {
  const value = nextValue(from, where);
  if (value === undefined) throw new NotAnAnswer(`${where} has a value that is missing`);
  return value;
}

/** Copied, because a value that stays in memory must not keep a whole batch of answers alive. */
function nextValue(from: Reading, where: string): TypedValue | undefined {
  const given = next(from, where);
  if (given === undefined) return undefined;
  const typename = text(given, where);
  // The store marks absent values with it (core/store/record-parts.ts).
  if (typename.charCodeAt(0) === 0) throw new NotAnAnswer(`${where} has a type name that begins with NUL`);
  const start = next(from, where);
  const end = next(from, where);
  if (!isCount(start) || !isCount(end) || start > end || end > from.bytes.length)
    throw new NotAnAnswer(`${where} has a value without bytes`);
  return { typename, bytes: from.bytes.slice(start, end) };
}

type Missing = Extract<AnswerOutcome, { kind: "incomplete" }>["missing"][number];

function readSpec(spec: unknown, where: string): Missing {
  const { name, typename, expiration } = named(spec, where);
  const { mode, afterMs } = named(expiration, where);
  if (mode !== "none" && mode !== "after-write" && mode !== "after-invoke")
    throw new NotAnAnswer(`${where} expires in no way that is known`);
  const ms = count(afterMs, where);
  if (mode !== "none" && ms === 0) throw new NotAnAnswer(`${where} expires after 0 ms`);
  const state = text(name, where);
  if (state === "") throw new NotAnAnswer(`${where} has no name`);
  return { name: state, typename: text(typename, where), expiration: { mode, afterMs: ms } };
}

type Named = Readonly<Record<string, unknown>>;

function isNamed(value: unknown): value is Named {
  return typeof value === "object" && value !== null;
}

function named(value: unknown, where: string): Named {
  if (isNamed(value)) return value;
  throw new NotAnAnswer(`${where} is missing`);
}

function each<To>(items: unknown, what: string, read: (item: unknown, where: string) => To): readonly To[] {
  if (!Array.isArray(items)) throw new NotAnAnswer(`${what} is no list`);
  return items.map((item: unknown) => read(item, what));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}

function text(value: unknown, where: string): string {
  if (isText(value)) return value;
  throw new NotAnAnswer(`${where} has a name, an id or a token that is no text`);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function count(value: unknown, where: string): number {
  if (isCount(value)) return value;
  throw new NotAnAnswer(`${where} has a number that is none`);
}

function readReason(reason: unknown): string {
  return typeof reason === "string" ? reason.slice(0, reasonCharactersMax).toWellFormed() : "it gave no reason that can be read";
}
