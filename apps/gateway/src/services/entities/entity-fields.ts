/**
 * EntityFields: the fields of an entity for its filter (shared/filter), each computed only when it is asked for. Neighbours: entity-scan.ts
 * evaluates the filter.
 */
import type { EntitySummary, EntityView } from "@signalbox/runtime";
import { filterValue, namespaceOf } from "../../flow/row-fields.ts";
import type { Filter, ReadField } from "../../shared/filter/compile-filter.ts";
import { documentOf, textOf, timeOf, wholeOf, type FilterValue } from "../../shared/filter/filter-values.ts";
import type { ValueCodec } from "../../values/value-codec.ts";

const ofSummary: ReadonlySet<string> = new Set(["type", "namespace", "id", "address", "status", "waiting", "now"]);

/** Whether a filter needs fields that a list of entities does not have. */
export function needsViews({ fields }: Filter): boolean {
  return [...fields].some((name) => !ofSummary.has(name));
}

export interface LookedEntity {
  readonly summary: EntitySummary;
  readonly view: EntityView | undefined;
  readonly values: ValueCodec;
  readonly nowMs: number;
}

export function entityFields({ summary, view, values, nowMs }: LookedEntity): ReadField {
  const { type, id } = summary.address;
  const fields: Readonly<Record<string, () => FilterValue | undefined>> = {
    type: () => type,
    namespace: () => namespaceOf(type),
    id: () => id,
    address: () => `${type}/${id}`,
    status: () => summary.status,
    waiting: () => wholeOf(summary.mailboxDepth),
    state: () => stateOf(view, values),
    sizeBytes: () => wholeOf(sizeOf(view)),
    written: () => timeOf(writtenOf(view)),
    failure: () => failureOf(view),
    attempts: () => wholeOf(view?.attempts),
    since: () => timeOf(view?.sinceMs),
    now: () => timeOf(nowMs),
  };
  return (name) => fields[name]?.();
}

function stateOf(view: EntityView | undefined, values: ValueCodec): FilterValue {
  const held = (view?.state ?? []).filter(({ value }) => value !== undefined);
  return documentOf(held.flatMap(({ name, value }) => (value === undefined ? [] : [[name, filterValue(value, values)] as const])));
}

export function sizeOf(view: EntityView | undefined): number {
  return (view?.state ?? []).reduce((bytes, { value }) => bytes + (value?.bytes.length ?? 0), 0);
}

export function writtenOf(view: EntityView | undefined): number | undefined {
  const times = (view?.state ?? []).map(({ writtenMs }) => writtenMs).filter((ms) => ms !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

function failureOf(view: EntityView | undefined): FilterValue | undefined {
  if (view?.failure === undefined) return undefined;
  const { code, message } = view.failure;
  return documentOf([
    ["code", code],
    ["message", textOf(message)],
  ]);
}
