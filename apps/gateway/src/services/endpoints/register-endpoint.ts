/**
 * registerEndpoint: writes a module of one endpoint, named from its functions text (`shop/*` becomes shop, `shop/cart` becomes shop.cart).
 * An existing module is not replaced.
 */
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { ModulesInForce } from "../modules/modules-in-force.ts";

export interface EndpointRegistration {
  readonly functions: string;
  readonly urlTemplate: string;
}

export async function registerEndpoint(
  modules: Pick<ModulesInForce, "list" | "apply">,
  { functions, urlTemplate }: EndpointRegistration,
  principal: Principal,
): Promise<{ module: string; revision: number }> {
  const module = moduleNameFor(functions);
  if (modules.list().some((row) => row.name === module)) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: `A module named ${module} exists already.`,
      where: "functions",
      cure: `Edit the module ${module} under Modules, or register other functions.`,
    });
  }
  const { revision } = await modules.apply(module, { yaml: endpointYaml(functions, urlTemplate) }, principal);
  return { module, revision };
}

function moduleNameFor(functions: string): string {
  return (
    functions
      .replace(/\/\*$/, "")
      .replace("/", ".")
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, "-")
      .replace(/^[^a-z0-9]+/, "")
      .slice(0, 64) || "endpoint"
  );
}

function endpointYaml(functions: string, urlTemplate: string): string {
  return `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${JSON.stringify(functions)}\n  urlPathTemplate: ${JSON.stringify(urlTemplate)}\n`;
}
