/**
 * processEnvironment: what a co-located process finds in its environment: where to listen, what the module says, and the few
 * variables of the gateway's own that env.ts chose. Its secrets (DATABASE_URL, SIGNALBOX_…) are not passed on.
 */
import type { ProcessSpec } from "./process-spec.ts";

export type ListenPlace = { readonly kind: "socket"; readonly path: string } | { readonly kind: "port"; readonly port: number };

export function processEnvironment(
  spec: ProcessSpec,
  { place, instance, gatewayEnv }: { place: ListenPlace; instance: number; gatewayEnv: Readonly<Record<string, string | undefined>> },
): Record<string, string> {
  const inherited = Object.entries(gatewayEnv).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const where = place.kind === "socket" ? { SIGNALBOX_FUNCTION_SOCKET: place.path } : { PORT: String(place.port) };
  return { ...Object.fromEntries(inherited), ...spec.env, ...where, SIGNALBOX_FUNCTION_INSTANCE: String(instance) };
}
