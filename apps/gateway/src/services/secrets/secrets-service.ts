/** The verbs of secrets; secrets/secrets.ts keeps them, and modules that use a changed one are read again. */
import { GatewayError } from "../../contract/problem.ts";
import { secretPrefix } from "../../secrets/secrets.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function secretsService({ secrets, modules, alerts }: Pick<ServiceParts, "secrets" | "modules" | "alerts">): ServiceOf<"secrets"> {
  const modulesWith = (name: string, named = modules.variablesNamed()): string[] => [...(named.get(`${secretPrefix}${name}`) ?? [])];
  return {
    list() {
      const named = modules.variablesNamed();
      return { secrets: secrets.list().map((view) => ({ ...view, modules: modulesWith(view.name, named) })), hasKey: secrets.hasKey };
    },
    async put(principal, { name, value }) {
      const view = await secrets.put(name, value, { by: principal.name, nowMs: Date.now() });
      await modules.refreshVariable(`${secretPrefix}${name}`).catch((error: unknown) => {
        throw setAllTheSame(name, error);
      });
      return { ...view, modules: modulesWith(name) };
    },
    async remove(_principal, { name }) {
      if (!secrets.has(name))
        throw new GatewayError("UNKNOWN_SECRET", {
          detail: `No secret is named ${name}.`,
          where: "name",
          cure: "GET /v1/secrets lists them.",
        });
      const users = [
        ...modulesWith(name).map((module) => `the module ${module}`),
        ...alerts.naming(name).map((alert) => `the alert ${alert}`),
      ];
      if (users.length > 0)
        throw new GatewayError("SECRET_IN_USE", {
          detail: `${name} is named by ${users.join(", ")}.`,
          where: "name",
          cure: "Take it out of them first, or set another text with PUT.",
        });
      await secrets.remove(name);
      return {};
    },
  };
}

/**
 * A secret is kept even when a module is invalid with it; otherwise two missing ones could never be set. So the error must say that the
 * secret was set all the same.
 */
function setAllTheSame(name: string, error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code !== "INVALID_MODULE") return error;
  const { detail, where, cure, issues } = error;
  return new GatewayError("INVALID_MODULE", {
    ...{ where, issues },
    detail: `The secret ${name} is set, and a module that names it does not go with it: ${detail}`,
    cure: `Set ${name} again, or mend the module (${cure}) Until then it goes on as it was, and the next start leaves it out.`,
  });
}
