/** The verbs of bootstrap; bootstraps.ts keeps the files and runs one at a time. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function bootstrapService({ bootstraps }: Pick<ServiceParts, "bootstraps">): ServiceOf<"bootstrap"> {
  return {
    files: () => bootstraps.files(),
    upload: (_principal, { name, open, sizeBytes }, { signal }) => bootstraps.upload(name, open, { sizeBytes, signal }),
    async remove(_principal, { name }) {
      await bootstraps.remove(name);
      return {};
    },
    async run(_principal, input, call) {
      const outcome = await bootstraps.run(input, call.signal);
      call.changed({ after: outcome.savepoint?.id ?? `nothing: ${outcome.report.errorsTotal} rows are wrong` });
      return outcome;
    },
    running: () => bootstraps.running(),
  };
}
