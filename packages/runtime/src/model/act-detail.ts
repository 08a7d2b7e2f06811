/**
 * ActDetail: the text in a record about an act on the first message of a mailbox (and which message that was), or about the values that an
 * edit wrote. Journals contain this text, so its format can never change. Neighbours: journal-record.ts, past/waiting-as-of.ts (asks which
 * message went).
 */
import type { StateEdit } from "./state-edit.ts";
import type { TypedValue } from "./typed-value.ts";

export function discardDetail(sequence: number, value: TypedValue): string {
  return `message ${sequence} of type ${value.typename}, ${value.bytes.length} bytes`;
}

export function editDetail(sequence: number, value: TypedValue): string {
  return `message ${sequence} is now ${value.typename}, ${value.bytes.length} bytes`;
}

/** Only the names, because the record has the values before and after. */
export function editedDetail(edits: readonly Pick<StateEdit, "name">[]): string {
  return edits.map(({ name }) => name).join(", ");
}

/** Undefined when the act was not on a message. */
export function messageOfAct(detail: string): number | undefined {
  const found = /^message (\d+) /.exec(detail)?.[1];
  return found === undefined ? undefined : Number(found);
}
