/** The verbs of alerts; alert-watch.ts holds the rules and says when they fire. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function alertsService({ alerts }: Pick<ServiceParts, "alerts">): ServiceOf<"alerts"> {
  return {
    list: () => alerts.list(),
    put: (principal, { threshold, ...rule }) => alerts.put({ ...rule, threshold: threshold ?? undefined, by: principal.name }),
    async remove(_principal, { id }) {
      await alerts.remove(id);
      return {};
    },
    test: (_principal, { id }) => alerts.test(id),
  };
}
