/**
 * processEnvironment: the environment of a co-located process: where to listen, what the module says, and the few variables of the
 * gateway's own that env.ts chose. The gateway's secrets (DATABASE_URL, SIGNALBOX_…) are not passed on.
 */
import { markName, markOf, type Mark } from "./marked-processes.ts";
import type { ProcessSpec } from "./process-spec.ts";

export type ListenPlace = { readonly kind: "socket"; readonly path: string } | { readonly kind: "port"; readonly port: number };

export interface EnvironmentParts {
  readonly place: ListenPlace;
  readonly instance: number;
  readonly mark: Mark;
  readonly gatewayEnv: Readonly<Record<string, string | undefined>>;
}

export function processEnvironment(spec: ProcessSpec, { place, instance, mark, gatewayEnv }: EnvironmentParts): Record<string, string> {
  const inherited = Object.entries(gatewayEnv).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const where = place.kind === "socket" ? { SIGNALBOX_FUNCTION_SOCKET: place.path } : { PORT: String(place.port) };
  return {
    ...Object.fromEntries(inherited),
    ...spec.env,
    ...where,
    SIGNALBOX_FUNCTION_INSTANCE: String(instance),
    [markName]: markOf(mark),
  };
}
