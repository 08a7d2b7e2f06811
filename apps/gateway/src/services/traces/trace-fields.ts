/**
 * TraceFields: the fields of a trace for its filter (shared/filter), each computed only when it is asked for. Neighbour: traces-service.ts
 * evaluates the filter.
 */
import type { JournalMessage } from "@signalbox/runtime";
import type { TraceRow } from "../../contract/messages/traces.ts";
import { filterValue, headersOf, namespaceOf } from "../../flow/row-fields.ts";
import type { ReadField } from "../../shared/filter/compile-filter.ts";
import { textOf, timeOf, wholeOf, type FilterValue } from "../../shared/filter/filter-values.ts";
import type { ValueCodec } from "../../values/value-codec.ts";

export interface LookedTrace {
  readonly row: TraceRow;
  /** Its first message. */
  readonly head: JournalMessage;
  readonly values: ValueCodec;
  readonly nowMs: number;
}

export function traceFields({ row, head, values, nowMs }: LookedTrace): ReadField {
  const { type, id } = row.target;
  const { typename, bytes, sizeBytes } = head.value;
  const fields: Readonly<Record<string, () => FilterValue | undefined>> = {
    type: () => type,
    namespace: () => namespaceOf(type),
    id: () => id,
    address: () => `${type}/${id}`,
    status: () => row.status,
    value: () => (bytes === undefined ? undefined : filterValue({ typename, bytes }, values)),
    valueType: () => typename,
    sizeBytes: () => wholeOf(sizeBytes),
    headers: () => headersOf(head.headers),
    text: () => textOf([row.preview, type, id, typename, row.status].join("\n")),
    trace: () => wholeOf(row.trace),
    hops: () => wholeOf(row.hops),
    at: () => timeOf(row.atMs),
    now: () => timeOf(nowMs),
  };
  return (name) => fields[name]?.();
}
