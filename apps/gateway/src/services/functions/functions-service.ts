/** The verbs of functions and endpoints. */
import { GatewayError } from "../../contract/problem.ts";
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
    output(_principal, { endpoint, after }) {
      const lines = processes.output(endpoint, after);
      // A remote endpoint has no output here; one that was taken out of force may have some still.
      if (lines.length === 0 && !isKnown(parts, endpoint)) throw unknownEndpoint(endpoint);
      return [...lines];
    },
    check: (_principal, question) => checkEndpoint(parts, question),
    try: (_principal, input) => tryFunction(input, parts),
    async register(principal, input, call) {
      const registered = await registerEndpoint(modules, input, principal);
      call.changed({ after: `${registered.module} revision ${registered.revision}` });
      return registered;
    },
  };
}

function isKnown({ engine, processes }: Pick<Parts, "engine" | "processes">, endpoint: string): boolean {
  return (
    engine.status().bindings.endpoints.some(({ id }) => id === endpoint) || processes.views().some((view) => view.endpoint === endpoint)
  );
}

function unknownEndpoint(endpoint: string): GatewayError {
  return new GatewayError("UNKNOWN_ENDPOINT", {
    detail: `No module in force declares an endpoint for ${endpoint}.`,
    where: "endpoint",
    cure: "GET /v1/endpoints lists them; write it as its module does, such as shop/*.",
  });
}
