/**
 * MessageFields: the fields of a message that is about to be sent, for the condition of a breakpoint. Each is made only when it is read.
 */
import type { EntityView } from "@signalbox/runtime";
import { filterValue, headersOf, namespaceOf } from "../flow/row-fields.ts";
import type { ReadField } from "../shared/filter/compile-filter.ts";
import { valueCharactersMax, ValueTooLarge, wholeOf, type FilterValue } from "../shared/filter/filter-values.ts";
import type { ValueCodec } from "../values/value-codec.ts";

/** The message as people may see it: a condition cannot ask for what is masked. */
type ShownMessage = EntityView["mailbox"][number];

export function messageFields(message: ShownMessage, values: ValueCodec): ReadField {
  const { target, caller, value } = message;
  const fields: Readonly<Record<string, () => FilterValue | undefined>> = {
    type: () => target.type,
    namespace: () => namespaceOf(target.type),
    id: () => target.id,
    address: () => `${target.type}/${target.id}`,
    caller: () => caller && `${caller.type}/${caller.id}`,
    value: () => valueOf(value, values),
    valueType: () => value.typename,
    sizeBytes: () => wholeOf(value.bytes.length),
    headers: () => headersOf(message.headers),
    trace: () => wholeOf(message.trace),
  };
  return (name) => fields[name]?.();
}

/** A value that is too large is reported before it is decoded. */
function valueOf(value: ShownMessage["value"], values: ValueCodec): FilterValue {
  if (value.bytes.length > valueCharactersMax) throw new ValueTooLarge(`a value has more than ${valueCharactersMax} bytes`);
  return filterValue(value, values);
}
