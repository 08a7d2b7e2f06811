/** The verbs of invariants; invariants/invariant-watch.ts follows them. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function invariantsService({ invariants }: Pick<ServiceParts, "invariants">): ServiceOf<"invariants"> {
  return {
    list: () => invariants.list(),
    put: (principal, given) => invariants.put({ ...given, by: principal.name }),
    async remove(_principal, { id }) {
      await invariants.remove(id);
      return {};
    },
    preview: (_principal, { rule }) => invariants.preview(rule),
    checkBack(_principal, { id }) {
      invariants.checkBack(id);
      return {};
    },
    cancelCheck(_principal, { id }) {
      invariants.cancelCheck(id);
      return {};
    },
  };
}
