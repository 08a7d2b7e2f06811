/**
 * InvalidRecord: a record that can never become a message, whatever is registered later: its address is invalid, or its value is too large.
 * The connector's settings decide whether it is skipped, put aside, or held until a person has looked.
 */
import { checkId, parseTypeName } from "@signalbox/runtime";
import type { IngressRecord } from "./connector.ts";

export class InvalidRecord extends Error {
  /** The index of the record among those that were handed over. */
  readonly index: number;
  readonly cure: string;

  constructor(index: number, what: string, cure: string) {
    super(what);
    this.name = "InvalidRecord";
    this.index = index;
    this.cure = cure;
  }
}

export function refuseInvalid(records: readonly IngressRecord[], messageBytesMax: number): void {
  for (const [index, { target, value }] of records.entries()) {
    const wrongId = checkId(target.id);
    if (wrongId !== undefined) throw new InvalidRecord(index, wrongId, "Give the record another key, or skip it.");
    const type = parseTypeName(target.type);
    if (type.kind === "error") throw new InvalidRecord(index, type.reason, "Correct the ingress' targets.");
    if (value.bytes.length > messageBytesMax) {
      const what = `the record has ${value.bytes.length} bytes, the limit is ${messageBytesMax}`;
      throw new InvalidRecord(index, what, "Raise messageBytesMax, or skip the record.");
    }
  }
}
