/** The verbs of reproductions. Values that they show are masked; the searches give functions the real values. */
import { GatewayError } from "../../contract/problem.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { stateCondition } from "./state-condition.ts";
import { reproductionRow } from "./reproduction-row.ts";

type Parts = Pick<ServiceParts, "reproductions" | "values" | "masks">;

export function reproductionsService(parts: Parts): ServiceOf<"reproductions"> {
  const { reproductions } = parts;
  return {
    async start(principal, { type, id, until: text, ...bounds }, call) {
      const until = text === null ? undefined : stateCondition(text, parts);
      const begun = await reproductions.start({ address: { type, id }, ...bounds, until, record: bounds.record, by: principal.name });
      call.changed({ after: `${begun.considered} messages, at most ${bounds.callsMax} calls` });
      return reproductionRow(begun, parts);
    },
    get(_principal, { type, id }) {
      const found = reproductions.find({ type, id });
      return found === undefined ? null : reproductionRow(found, parts);
    },
    cancel(_principal, { type, id }) {
      if (!reproductions.cancel({ type, id }))
        throw new GatewayError("UNKNOWN_REPRODUCTION", {
          detail: `No search for ${type}/${id} is known.`,
          where: "id",
          cure: "POST /v1/reproductions begins one; the gateway forgets them when it stops.",
        });
      return {};
    },
  };
}
