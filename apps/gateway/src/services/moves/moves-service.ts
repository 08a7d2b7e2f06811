/** The verbs of moves; moves.ts runs one at a time. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function movesService({ moves }: Pick<ServiceParts, "moves">): ServiceOf<"moves"> {
  return {
    folders: () => moves.folders(),
    async toFlink(_principal, input, call) {
      const outcome = await moves.toFlink(input, call.signal);
      call.changed({ before: input.savepoint, after: outcome.folder ?? "a dry run" });
      return outcome;
    },
    async toEmbedded(_principal, input, call) {
      const outcome = await moves.toEmbedded(input, call.signal);
      call.changed({ before: input.folder, after: outcome.savepoint?.id ?? "a dry run" });
      return outcome;
    },
    running: () => moves.running(),
    cancel() {
      moves.cancel();
      return {};
    },
  };
}
