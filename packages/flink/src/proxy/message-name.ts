/**
 * MessageName: how a message is recognised on its way through Flink: its number and that of its trace, and its headers if it has any
 * (decision 74). Numbers of ingress messages are positions of the log. A message that a function sends gets a number made of the batch that
 * caused it, so that a repeat of the batch gives the same numbers. The name of a call says that it is one: Flink gives a message of an
 * ingress no caller, so the gateway reads it from here.
 */
import { createHash, randomBytes } from "node:crypto";
import { formatAddress, inheritedHeaders, type Address, type AnswerWish } from "@signalbox/runtime";

export interface MessageName {
  readonly sequence: number;
  readonly trace: number;
  /** The headers that came with it (message-headers.ts of the port). */
  readonly headers?: string | undefined;
}

const unknown: MessageName = { sequence: 0, trace: 0 };
/** Above every position that a log can reach. */
const derivedFrom = 2 ** 52;
const derivedBytes = 6;

const form = /^(\d{1,16}):(\d{1,16})([?*])?(?: (.+))?$/s;
const marks: Readonly<Record<AnswerWish, string>> = { one: "?", many: "*" };

/** How many answers the sender of a call wants; undefined when it is no call. What a function sends is never a call. */
export function wishIn(text: string | null | undefined): AnswerWish | undefined {
  const mark = form.exec(text ?? "")?.[3];
  if (mark === undefined) return undefined;
  return mark === marks.one ? "one" : "many";
}

export function parseMessageName(text: string | null | undefined): MessageName {
  const [, sequence, trace, , headers] = form.exec(text ?? "") ?? [];
  if (sequence === undefined || trace === undefined) return unknown;
  const name = { sequence: Number(sequence), trace: Number(trace), ...(headers === undefined ? {} : { headers }) };
  return Number.isSafeInteger(name.sequence) && Number.isSafeInteger(name.trace) ? name : unknown;
}

/** The numbers come first, as they do without headers, because older gateways and jobs know only them. */
export function formatMessageName({ sequence, trace, headers }: MessageName, wish?: AnswerWish): string {
  const numbers = `${sequence}:${trace}${wish === undefined ? "" : marks[wish]}`;
  return headers === undefined ? numbers : `${numbers} ${headers}`;
}

/** `by` is the message of the batch that caused it, `output` its index among all that the batch sent. It inherits the trace context. */
export function derivedName(
  cause: { batch: readonly MessageName[]; self: Address; by: MessageName | undefined },
  output: string,
): MessageName {
  const { batch, self, by = unknown } = cause;
  const hash = createHash("sha1");
  for (const { sequence } of batch) hash.update(`${sequence},`);
  hash.update(`${formatAddress(self)} ${output}`);
  const headers = inheritedHeaders(by.headers, by.sequence);
  const name = { sequence: derivedFrom + hash.digest().readUIntBE(0, derivedBytes), trace: by.trace };
  return headers === undefined ? name : { ...name, headers };
}

/** The name of a message that came into Flink without one: it begins a trace of its own. */
export function freshName(): MessageName {
  const sequence = derivedFrom + randomBytes(derivedBytes).readUIntBE(0, derivedBytes);
  return { sequence, trace: sequence };
}
