/** CauseFields: the fields of a cause of failures for its filter (shared/filter). Neighbour: failures-service.ts evaluates the filter. */
import type { FailureCauseRow } from "../../contract/failures/failure-causes.ts";
import { namespaceOf } from "../../flow/row-fields.ts";
import type { ReadField } from "../../shared/filter/compile-filter.ts";
import { documentOf, textOf, timeOf, wholeOf, type FilterValue } from "../../shared/filter/filter-values.ts";

export function causeFields(cause: FailureCauseRow, nowMs: number): ReadField {
  const { code, title, message, where, frames } = cause;
  const fields: Readonly<Record<string, () => FilterValue | undefined>> = {
    status: () => cause.state,
    failure: () =>
      documentOf([
        ["code", code],
        ["title", title],
        ["message", textOf(message)],
      ]),
    where: () => where,
    namespace: () => namespaceOf(where),
    frames: () => frames.map(textOf),
    fingerprint: () => cause.fingerprint,
    text: () => textOf([code, title, message, where, ...frames].join("\n")),
    attempts: () => wholeOf(cause.attempts),
    entities: () => wholeOf(cause.entities),
    parked: () => wholeOf(cause.parked),
    waiting: () => wholeOf(cause.waitingMessages ?? 0),
    module: () => cause.firstIn?.module,
    revision: () => wholeOf(cause.firstIn?.revision),
    first: () => timeOf(cause.firstMs),
    last: () => timeOf(cause.lastMs),
    now: () => timeOf(nowMs),
  };
  return (name) => fields[name]?.();
}
