/** RowFields: the fields of a row of the tail for its filter (shared/filter), each made only when it is asked for. Neighbours: tail.ts and past-rows.ts look. */
import { readHeaders, type JournalValue } from "@signalbox/runtime";
import type { ReadField } from "../shared/filter/compile-filter.ts";
import { documentOf, textOf, timeOf, valueOfJson, ValueTooLarge, wholeOf, type FilterValue } from "../shared/filter/filter-values.ts";
import type { ValueCodec } from "../values/value-codec.ts";
import type { RowSample } from "./flow-digest.ts";

export interface LookedRow {
  readonly sample: RowSample;
  /** Values as people may see them: a filter cannot ask for what is masked. */
  readonly value: JournalValue;
  readonly preview: () => string;
  readonly values: ValueCodec;
  readonly nowMs: number;
}

export function rowFields({ sample, value, preview, values, nowMs }: LookedRow): ReadField {
  const { type, id, status, valueType, word } = sample;
  const fields: Readonly<Record<string, () => FilterValue | undefined>> = {
    type: () => type,
    namespace: () => namespaceOf(type),
    id: () => id,
    address: () => `${type}/${id}`,
    status: () => status,
    value: () => sampledValue(value, values),
    valueType: () => valueType,
    sizeBytes: () => wholeOf(sample.sizeBytes),
    headers: () => headersOf(sample.headers),
    text: () => textOf([preview(), type, id, valueType, word].join("\n")),
    trace: () => wholeOf(sample.trace),
    word: () => word,
    failure: () =>
      status === "failed" || status === "parked" ? documentOf(Object.entries({ code: word, message: sample.message })) : undefined,
    durationMs: () => sample.durationMs,
    messages: () => wholeOf(sample.messages),
    attempts: () => wholeOf(sample.attempt),
    senders: () => sample.senders.map(textOf),
    at: () => timeOf(sample.atMs),
    now: () => timeOf(nowMs),
  };
  return (name) => fields[name]?.();
}

export function namespaceOf(type: string): string {
  return type.slice(0, Math.max(0, type.lastIndexOf("/")));
}

/** Texts as they are, bytes as base64. */
export function headersOf(headers: string | undefined): FilterValue {
  return documentOf(readHeaders(headers).map(([name, value]) => [name, textOf(typeof value === "string" ? value : value.base64)]));
}

/** A sample has only the first bytes. */
function sampledValue(value: JournalValue, values: ValueCodec): FilterValue | undefined {
  const { bytes, sizeBytes } = value;
  if (bytes === undefined) return undefined;
  if (bytes.length < sizeBytes) throw new ValueTooLarge(`only the first ${bytes.length} bytes of the value are here`);
  return filterValue({ ...value, bytes }, values);
}

/** A typed value as the filter language sees it; what nothing decodes is its text, if it is one. */
export function filterValue(value: { readonly typename: string; readonly bytes: Uint8Array }, values: ValueCodec): FilterValue {
  const json = values.json(value);
  return json === undefined ? textOf(values.view(value).text) : valueOfJson(json);
}
