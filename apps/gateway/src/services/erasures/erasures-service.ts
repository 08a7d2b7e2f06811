/** The verbs of erasures (contract/entities/erasures.ts says what each takes and gives); erasures.ts runs them. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function erasuresService({ erasures }: Pick<ServiceParts, "erasures">): ServiceOf<"erasures"> {
  return {
    count: (_principal, { targets }, call) => erasures.count(targets, call.signal),
    async erase(principal, { targets, reason }, call) {
      const row = await erasures.start(targets, { reason, principal });
      call.changed({ after: row.id });
      return row;
    },
    list: () => erasures.list(),
    get: (_principal, { id }) => erasures.get(id),
  };
}
