/** TypedValue: a type name and bytes, as messages, states and records travel; shared by requests and replies. */
import { readFields } from "../wire/reader.ts";
import type { Writer } from "../wire/writer.ts";

export interface TypedBytes {
  readonly typename: string;
  readonly bytes: Uint8Array;
}

/** undefined when the message says that there is no value. */
export function readTypedValue(bytes: Uint8Array): TypedBytes | undefined {
  let typename = "";
  let hasValue = false;
  let value = new Uint8Array(0);
  readFields(bytes, (number, reader) => {
    if (number === 1) typename = reader.text();
    else if (number === 2) hasValue = reader.bool();
    else if (number === 3) value = Uint8Array.from(reader.bytes());
    else return false;
    return true;
  });
  return hasValue ? { typename, bytes: value } : undefined;
}

export function writeTypedValue(writer: Writer, { typename, bytes }: TypedBytes): void {
  writer.text(1, typename).bool(2, true);
  if (bytes.length > 0) writer.bytes(3, bytes);
}
