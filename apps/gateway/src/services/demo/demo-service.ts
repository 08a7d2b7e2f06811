/** The verbs of the demos. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function demoService({ demos }: Pick<ServiceParts, "demos">): ServiceOf<"demo"> {
  return {
    status() {
      const list = demos.list();
      return { running: list.some((demo) => demo.running), demos: [...list] };
    },
    async start(principal, input) {
      await demos.start(input?.name ?? "shop", principal);
      return {};
    },
    async stop(_principal, input) {
      const names = input?.name === undefined ? demos.list().flatMap((demo) => (demo.running ? [demo.name] : [])) : [input.name];
      for (const name of names) await demos.stop(name);
      return {};
    },
  };
}
