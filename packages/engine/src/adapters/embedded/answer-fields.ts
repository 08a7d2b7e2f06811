/**
 * AnswerFields: an answer of embedded functions as a flat list of fields. Neighbours: embedded-thread.ts puts it, embedded-answer.ts reads and
 * checks it; embedded-frames.ts says why it is no object. An answer is its id, the number of fields that follow, and these: an outcome that
 * has no effects is one field, an object. Effects are four lists, each after the number of its items: mutations (name, value), messages
 * (type and id of the target, value, cause), delayed ("send", milliseconds, token, type and id of the target, value, cause; or "cancel",
 * token, cause), records (egress, value, cause). A value is its typename and the two ends of its bytes; a deleted state has undefined alone.
 */
import type { AnswerOutcome, Fields, ValuePacker } from "./embedded-frames.ts";

interface Value {
  readonly typename: string;
  readonly bytes: Uint8Array;
}

/** The effects as the SDK's host gives them. */
export interface HostEffects {
  readonly mutations: ReadonlyMap<string, Value | undefined>;
  readonly messages: readonly { target: { type: string; id: string }; value: Value; cause: number }[];
  readonly delayed: readonly (
    | { kind: "send"; afterMs: number; target: { type: string; id: string }; value: Value; token: string | undefined; cause: number }
    | { kind: "cancel"; token: string; cause: number }
  )[];
  readonly records: readonly { egress: string; value: Value; cause: number }[];
}

type ToPut = { readonly kind: "effects"; readonly effects: HostEffects } | Exclude<AnswerOutcome, { readonly kind: "effects" }>;

export function putAnswer(id: number, outcome: ToPut, { fields, packer }: { readonly fields: Fields; readonly packer: ValuePacker }): void {
  if (outcome.kind !== "effects") {
    fields.push(id, 1, outcome);
    return;
  }
  fields.push(id, 0);
  const begin = fields.length;
  const { mutations, messages, delayed, records } = outcome.effects;
  fields.push(mutations.size);
  for (const [name, value] of mutations) {
    fields.push(name);
    if (value === undefined) fields.push(undefined);
    else packer.add(fields, value);
  }
  fields.push(messages.length);
  for (const { target, value, cause } of messages) {
    fields.push(target.type, target.id);
    packer.add(fields, value);
    fields.push(cause);
  }
  fields.push(delayed.length);
  for (const one of delayed) {
    if (one.kind === "cancel") {
      fields.push("cancel", one.token, one.cause);
      continue;
    }
    fields.push("send", one.afterMs, one.token ?? "", one.target.type, one.target.id);
    packer.add(fields, one.value);
    fields.push(one.cause);
  }
  fields.push(records.length);
  for (const { egress, value, cause } of records) {
    fields.push(egress);
    packer.add(fields, value);
    fields.push(cause);
  }
  fields[begin - 1] = fields.length - begin;
}

/** The bytes of all values, with the names of their types. */
export function valueBytes({ mutations, messages, delayed, records }: HostEffects): number {
  let sum = 0;
  const add = (value: Value | undefined): void => {
    if (value !== undefined) sum += value.bytes.length + value.typename.length;
  };
  for (const value of mutations.values()) add(value);
  for (const { value } of messages) add(value);
  for (const { value } of records) add(value);
  for (const one of delayed) if (one.kind === "send") add(one.value);
  return sum;
}
