/** The verbs of backups; backups.ts makes and keeps the files. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function backupsService({ backups }: Pick<ServiceParts, "backups">): ServiceOf<"backups"> {
  return {
    list: () => backups.list(),
    file: (_principal, { id }) => backups.file(id),
    async take(_principal, _input, call) {
      const taken = await backups.take(call.signal);
      call.changed({ after: `${taken.id} ${taken.checksum}` });
      return taken;
    },
    async remove(_principal, { id }) {
      await backups.remove(id);
      return {};
    },
  };
}
