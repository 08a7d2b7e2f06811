/** The verbs of modules; modules-in-force.ts holds what is declared and changes it one at a time. */
import { everyNamespace, holds, roleIn } from "../../contract/roles.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function modulesService({ modules }: Pick<ServiceParts, "modules">): ServiceOf<"modules"> {
  const revisionOf = (name: string): { before: string } | Record<never, never> => {
    const row = modules.list().find((module) => module.name === name);
    return row === undefined ? {} : { before: `revision ${row.revision}` };
  };
  return {
    list: () => modules.list(),
    get: (_principal, { name }) => modules.get(name),
    // Loading a source runs it, so the preview loads only for callers who may do that.
    preview: ({ rights }, { name, yaml }) => modules.preview(name, yaml, holds(roleIn(rights, everyNamespace), "admin")),
    async put(principal, { name, yaml, ifRevision }, call) {
      call.changed(revisionOf(name));
      const applied = await modules.apply(name, { yaml, ifRevision }, principal);
      call.changed({ after: `revision ${applied.revision}` });
      return applied;
    },
    async remove(_principal, { name, ifRevision }, call) {
      call.changed(revisionOf(name));
      await modules.remove(name, ifRevision);
      return {};
    },
    async rollback(principal, { name, revision, ifRevision }, call) {
      call.changed(revisionOf(name));
      const applied = await modules.rollback(name, { revision, ifRevision }, principal);
      call.changed({ after: `revision ${applied.revision}, the text of ${revision}` });
      return applied;
    },
    schema: () => modules.schema(),
  };
}
