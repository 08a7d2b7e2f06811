/** ReproductionRow: a search as people see it: its values decoded, and masked where rules say so. */
import type { ReproductionRow } from "../../contract/failures/reproductions.ts";
import { maskedFailure, maskedMessage } from "../../masking/masked-engine.ts";
import { addressView, failureView, messageView } from "../../views/entity-views.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { Reproduction } from "./reproductions.ts";

export function reproductionRow(search: Reproduction, { values, masks }: Pick<ServiceParts, "values" | "masks">): ReproductionRow {
  const { address, end, progress, wanted } = search;
  const got = end === undefined || !("failure" in end) ? undefined : end.failure;
  return {
    address: addressView(address),
    by: search.by,
    startedMs: search.startedMs,
    endedMs: search.endedMs ?? null,
    state: end?.kind ?? "running",
    bound: end?.kind === "bounded" ? end.bound : null,
    wanted: failureView(maskedFailure(wanted, address.type, masks)),
    until: search.until ?? null,
    got: failureView(maskedFailure(got, address.type, masks)),
    considered: search.considered,
    messages: progress.left.map((message) => messageView(maskedMessage(message, masks), values)),
    before: search.before.map(({ name, value }) => ({
      name,
      value: values.view(masks.typed(value, masks.table.state(address.type, name))),
    })),
    beforeComplete: search.beforeComplete,
    notes: [...search.notes],
    tries: progress.tries,
    calls: progress.calls,
    callsMax: search.callsMax,
    bytesSent: progress.bytesSent,
    differsAt: progress.differsAt ?? null,
  };
}
