/** The verbs of functions and endpoints. */
import { checkEndpoint } from "../endpoints/check-endpoint.ts";
import { registerEndpoint } from "../endpoints/register-endpoint.ts";
import { typesKnownBefore } from "../../views/past.ts";
import { limitsOfModules } from "../../views/pause-rows.ts";
import { processRow } from "../processes/process-row.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { endpointRows, functionRows } from "./function-rows.ts";
import { tryFunction } from "./try-function.ts";
import { limitRow } from "./limit-rows.ts";

type Parts = Pick<ServiceParts, "engine" | "checker" | "flow" | "modules" | "processes" | "sleepers" | "trials" | "values">;

export function functionsService(parts: Parts): ServiceOf<"functions"> {
  const { engine, modules, processes } = parts;
  return {
    types: () => functionRows(parts),
    counts: () => ({
      functions: engine
        .functionTypes()
        .filter(({ answered }) => answered)
        .map((type) => ({
          type: type.type,
          endpoint: type.endpoint ?? null,
          waitingMessages: type.waitingMessages - type.parkedMessages,
          parkedMessages: type.parkedMessages,
          inFlight: type.inFlight,
          parkedEntities: type.parkedEntities,
          pausedEntities: type.pausedEntities,
          backingOffEntities: type.backingOffEntities,
          ingressHold: type.ingressHold ?? null,
          states: type.states,
        })),
      knownBefore: [...typesKnownBefore(engine)].map(([type, before]) => ({ type, ...before })),
    }),
    endpoints: () => endpointRows(parts),
    limits: () => limitsOfModules(engine).map(limitRow),
    processes: () => processes.views().map(processRow),
    output: (_principal, { endpoint, after }) => [...processes.output(endpoint, after)],
    check: (_principal, question) => checkEndpoint(parts, question),
    try: (_principal, input) => tryFunction(input, parts),
    async register(principal, input, call) {
      const registered = await registerEndpoint(modules, input, principal);
      call.changed({ after: `${registered.module} revision ${registered.revision}` });
      return registered;
    },
  };
}
