/**
 * createTransport: the transport that the gateway hands to the engine: a registry of schemes, from which each endpoint's URL chooses.
 * Neighbours: a folder for each transport. An unknown scheme is a named failure of the HTTP transport.
 */
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../ports/function-transport.ts";
import { createEmbeddedTransport } from "./embedded/transport-embedded.ts";
import { anyPlace } from "./endpoint-places.ts";
import { createGrpcTransport } from "./grpc/transport-grpc.ts";
import { createHttpTransport, type HttpTransportOptions } from "./http/transport-http.ts";
import { endpointAsleep } from "./transport-failure.ts";
import { createProcessTransport } from "./process/transport-process.ts";

export function createTransport(options: HttpTransportOptions = {}): FunctionTransport {
  const remote = remoteTransports(options);
  // The gateway decides where instances listen, and no module does, so the rule for URLs in modules does not apply.
  const instances = byScheme(remoteTransports({ ...options, places: anyPlace }));
  const local = createProcessTransport(instances);
  return byScheme({ ...remote, process: local, isolated: local, embedded: createEmbeddedTransport(options) });
}

/** The transport to endpoints that others run and a module names by URL. */
export function createRemoteTransport(options: HttpTransportOptions): FunctionTransport {
  return byScheme(remoteTransports(options));
}

type Registry = Readonly<Record<string, FunctionTransport>> & { readonly http: FunctionTransport };

function remoteTransports(options: HttpTransportOptions): Registry {
  const http = createHttpTransport(options);
  const grpc = createGrpcTransport(options);
  return { http, https: http, "http+unix": http, "https+unix": http, grpc, grpcs: grpc, "grpc+unix": grpc };
}

function byScheme(registry: Registry): FunctionTransport {
  const schemes = new Map(Object.entries(registry));
  const all = new Set(schemes.values());
  const found = new WeakMap<EndpointSpec, FunctionTransport>();
  const of = (endpoint: EndpointSpec): FunctionTransport => {
    const known = found.get(endpoint);
    if (known !== undefined) return known;
    const transport = schemes.get(schemeOf(endpoint.urlTemplate)) ?? registry.http;
    found.set(endpoint, transport);
    return transport;
  };
  return {
    invoke: (request, signal) => {
      const { endpoint } = request;
      if (endpoint.scaledToZero === "asleep") return Promise.resolve({ kind: "failure", failure: endpointAsleep(endpoint) });
      const called = of(endpoint).invoke(request, signal);
      return endpoint.scaledToZero === "waking" ? called.then((outcome) => whileWaking(outcome, endpoint)) : called;
    },
    isFraming: (endpoint) => of(endpoint).isFraming?.(endpoint) === true,
    retain: (endpoints) => {
      for (const transport of all) transport.retain(endpoints);
    },
    close: async () => {
      await Promise.all([...all].map((transport) => transport.close()));
    },
  };
}

/** While an endpoint is waking, "nobody listens" is expected and is no failure of the endpoint. */
function whileWaking(outcome: InvocationOutcome, endpoint: EndpointSpec): InvocationOutcome {
  if (outcome.kind === "reply" || outcome.failure.scope !== "down") return outcome;
  return { kind: "failure", failure: endpointAsleep(endpoint, outcome.failure.message) };
}

function schemeOf(urlTemplate: string): string {
  return urlTemplate.slice(0, urlTemplate.indexOf(":")).toLowerCase();
}
