/**
 * MessageName: by which a message is known on its way through Flink: its number and that of its trace. Those of ingress messages are positions of the log; what a
 * function sends gets a number made of the batch that caused it, so that the same batch again gives the same numbers.
 */
import { createHash } from "node:crypto";
import { formatAddress, type Address } from "@signalbox/runtime";

export interface MessageName {
  readonly sequence: number;
  readonly trace: number;
}

const unknown: MessageName = { sequence: 0, trace: 0 };
/** Above every position that a log comes to. */
const derivedFrom = 2 ** 52;
const derivedBytes = 6;

export function parseMessageName(text: string | null | undefined): MessageName {
  const [, sequence, trace] = /^(\d{1,16}):(\d{1,16})$/.exec(text ?? "") ?? [];
  if (sequence === undefined || trace === undefined) return unknown;
  const name = { sequence: Number(sequence), trace: Number(trace) };
  return Number.isSafeInteger(name.sequence) && Number.isSafeInteger(name.trace) ? name : unknown;
}

export function formatMessageName({ sequence, trace }: MessageName): string {
  return `${sequence}:${trace}`;
}

/** `output`: which of all that the batch sent. */
export function derivedName(cause: { batch: readonly MessageName[]; self: Address; trace: number }, output: string): MessageName {
  const hash = createHash("sha1");
  for (const { sequence } of cause.batch) hash.update(`${sequence},`);
  hash.update(`${formatAddress(cause.self)} ${output}`);
  return { sequence: derivedFrom + hash.digest().readUIntBE(0, derivedBytes), trace: cause.trace };
}
