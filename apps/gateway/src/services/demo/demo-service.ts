/** The verbs of the demo. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function demoService({ demo }: Pick<ServiceParts, "demo">): ServiceOf<"demo"> {
  return {
    status: () => ({ running: demo.running() }),
    async start(principal) {
      await demo.start(principal);
      return {};
    },
    async stop() {
      await demo.stop();
      return {};
    },
  };
}
