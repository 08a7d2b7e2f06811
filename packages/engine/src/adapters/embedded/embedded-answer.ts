/**
 * readFromThread: checks what a thread of embedded functions posts before anything depends on its shape. The code in that thread may post
 * messages of its own (libraries do), patch the objects that carry its answers, or return effects of a wrong shape, and no encoding in
 * between would catch that. Neighbours: embedded-worker.ts hears; embedded-frames.ts has the shapes; wire-decode.ts does the same for
 * replies that are bytes. Guarantee: it never throws; whatever passes has the shape that its type says, with well-formed texts.
 */
import { embeddedProblemCodes } from "@signalbox/runtime";
import type { AnswerFrame, AnswerOutcome, FromThread, PackedValue } from "./embedded-frames.ts";

/** Undefined: the message is not one of ours and is ignored. `malformed`: it claims to be one of ours and must not be used. */
export type FromCode = FromThread | { readonly kind: "malformed" };

const reasonCharactersMax = 8_192;
const revisionCharactersMax = 64;
const malformed = { kind: "malformed" } as const;

export function readFromThread(message: unknown): FromCode | undefined {
  if (!isFields(message)) return undefined;
  switch (message["kind"]) {
    case "pong":
      return { kind: "pong" };
    case "ready": {
      const { types, revision } = message;
      if (!Array.isArray(types) || !types.every(isText) || !isText(revision)) return malformed;
      return { kind: "ready", types, revision: revision.slice(0, revisionCharactersMax) };
    }
    case "refused":
      return readProblem(message["problem"]);
    case "answers":
      return readAnswers(message);
    default:
      return undefined;
  }
}

function readProblem(problem: unknown): FromCode {
  if (!isFields(problem)) return malformed;
  const { code, message, cure, line, column } = problem;
  const known = embeddedProblemCodes.find((one) => one === code);
  if (known === undefined || typeof message !== "string") return malformed;
  const place = (at: unknown): number | undefined => (typeof at === "number" ? at : undefined);
  const shown = (text: string): string => text.slice(0, reasonCharactersMax).toWellFormed();
  const helps = typeof cure === "string" ? { cure: shown(cure) } : {};
  return { kind: "refused", problem: { code: known, message: shown(message), ...helps, line: place(line), column: place(column) } };
}

function readAnswers({ answers, bytes }: Fields): FromCode {
  if (!Array.isArray(answers) || !(bytes instanceof Uint8Array) || !(bytes.buffer instanceof ArrayBuffer)) return malformed;
  const read: AnswerFrame[] = [];
  for (const answer of answers as unknown[]) {
    if (!isFields(answer) || !isCount(answer["id"])) return malformed;
    read.push({ id: answer["id"], outcome: outcomeOf(answer["outcome"], bytes.length) });
  }
  return { kind: "answers", answers: read, bytes: bytes as Uint8Array<ArrayBuffer> };
}

class NotAnAnswer extends Error {}

/** A malformed answer fails only its own call. */
function outcomeOf(outcome: unknown, bytesMax: number): AnswerOutcome {
  try {
    return readOutcome(outcome, bytesMax);
  } catch (error) {
    if (!(error instanceof NotAnAnswer)) throw error;
    return { kind: "malformed", reason: `its answer cannot be read: ${error.message}` };
  }
}

function readOutcome(outcome: unknown, bytesMax: number): AnswerOutcome {
  const { kind, reason, afterMs, missing, effects, bytes } = fieldsOf(outcome, "outcome");
  switch (kind) {
    case "effects":
      return { kind, effects: readEffects(fieldsOf(effects, "effects"), bytesMax) };
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

type Effects = Extract<AnswerOutcome, { kind: "effects" }>["effects"];

function readEffects({ mutations, messages, delayed, records }: Fields, bytesMax: number): Effects {
  const value = (given: unknown, where: string) => readValue(given, where, bytesMax);
  return {
    mutations: each(mutations, "mutations", (one, where) => {
      const [name, packed]: readonly unknown[] = Array.isArray(one) ? one : [];
      return [text(name, where), packed === undefined ? undefined : value(packed, where)] as const;
    }),
    messages: each(messages, "messages", (one, where) => {
      const { target, value: packed, cause } = fieldsOf(one, where);
      return { target: readTarget(target, where), value: value(packed, where), cause: count(cause, where) };
    }),
    delayed: each(delayed, "delayed", (one, where) => {
      const { kind, token, afterMs, target, value: packed, cause } = fieldsOf(one, where);
      if (kind === "cancel") return { kind, token: text(token, where), cause: count(cause, where) };
      if (kind !== "send") throw new NotAnAnswer(`${where} is of no kind that is known`);
      const sent = { target: readTarget(target, where), value: value(packed, where), cause: count(cause, where) };
      return { kind, afterMs: count(afterMs, where), token: text(token, where), ...sent };
    }),
    records: each(records, "records", (one, where) => {
      const { egress, value: packed, cause } = fieldsOf(one, where);
      return { egress: text(egress, where), value: value(packed, where), cause: count(cause, where) };
    }),
  };
}

function readTarget(target: unknown, where: string): { readonly type: string; readonly id: string } {
  const { type, id } = fieldsOf(target, where);
  return { type: text(type, where), id: text(id, where) };
}

function readValue(packed: unknown, where: string, bytesMax: number): PackedValue {
  const { typename, start, end } = fieldsOf(packed, where);
  const name = text(typename, where);
  // The store marks absent values with it (core/store/record-parts.ts).
  if (name.charCodeAt(0) === 0) throw new NotAnAnswer(`${where} has a type name that begins with NUL`);
  if (!isCount(start) || !isCount(end) || start > end || end > bytesMax) throw new NotAnAnswer(`${where} has a value without bytes`);
  return { typename: name, start, end };
}

type Missing = Extract<AnswerOutcome, { kind: "incomplete" }>["missing"][number];

function readSpec(spec: unknown, where: string): Missing {
  const { name, typename, expiration } = fieldsOf(spec, where);
  const { mode, afterMs } = fieldsOf(expiration, where);
  if (mode !== "none" && mode !== "after-write" && mode !== "after-invoke")
    throw new NotAnAnswer(`${where} expires in no way that is known`);
  const ms = count(afterMs, where);
  if (mode !== "none" && ms === 0) throw new NotAnAnswer(`${where} expires after 0 ms`);
  const state = text(name, where);
  if (state === "") throw new NotAnAnswer(`${where} has no name`);
  return { name: state, typename: text(typename, where), expiration: { mode, afterMs: ms } };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function fieldsOf(value: unknown, where: string): Fields {
  if (isFields(value)) return value;
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
