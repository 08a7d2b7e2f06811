/**
 * ModuleDocument: what is in force, as the one module.yaml of a job: each endpoint as StateFun's own kind, one ingress (the gateway's log),
 * and each egress as ours; what StateFun's own connectors carry stands there as the module has it. It also holds the function of calls and
 * its egress, which every job has. All modules are one job, because functions of two jobs cannot send to each other (decision 66).
 */
import type { Bindings, EndpointSpec } from "@signalbox/runtime";
import { stringify } from "yaml";
import { answersEgress, callsEndpoint } from "../calls/call-names.ts";
import { gatewayEgresses, type Lingering } from "./lingering.ts";

export interface JobLink {
  /** The URL by which the cluster reaches the gateway. */
  readonly gateway: string;
  readonly run: string;
  readonly token: string;
}

/** The URL that an endpoint is called by instead of its own: the gateway's proxy. */
function proxyPath({ run, token }: Pick<JobLink, "run" | "token">, endpoint: string): string {
  return `/v1/flink/call/${run}/${token}/${Buffer.from(endpoint).toString("base64url")}`;
}

export type IsDirect = (endpoint: EndpointSpec) => boolean;

/** The gateway gives up first, so that it can say why. */
const proxiedCallMoreMs = 5_000;

export interface ModuleParts {
  readonly bindings: Bindings;
  readonly lingering: Lingering;
  readonly link: JobLink;
  readonly poolConnectionsMax: number;
  /** Flink calls it directly and not through the gateway. */
  readonly isDirect: IsDirect;
  /** Files in the jar that the endpoints name. */
  readonly tlsFolder: string;
}

export interface ModuleDocument {
  readonly yaml: string;
  /** The files by their names in the jar. */
  readonly files: Readonly<Record<string, string>>;
}

export function moduleDocument(parts: ModuleParts): ModuleDocument {
  const files: Record<string, string> = {};
  const egresses = [...new Set([answersEgress, ...gatewayEgresses(parts.bindings), ...parts.lingering.gateway])].toSorted();
  const carried = [...(parts.bindings.carried ?? []), ...parts.lingering.carried].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const documents = [
    ...parts.bindings.endpoints.map((endpoint, index) =>
      endpointDocument(endpoint, { parts, files, index, isDirect: parts.isDirect(endpoint) }),
    ),
    endpointDocument(callsEndpoint, { parts, files, index: parts.bindings.endpoints.length, isDirect: false }),
    { kind: "io.signalbox.v1/ingress", spec: { id: "io.signalbox/ingress", ...parts.link } },
    ...egresses.map((id) => ({ kind: "io.signalbox.v1/egress", spec: { id, ...parts.link } })),
    ...carried.map(({ kind, spec }) => ({ kind, spec })),
  ];
  return { yaml: documents.map((document) => stringify(document)).join("---\n"), files };
}

interface EndpointParts {
  readonly parts: ModuleParts;
  readonly files: Record<string, string>;
  readonly index: number;
  readonly isDirect: boolean;
}

function endpointDocument(endpoint: EndpointSpec, { parts, files, index, isDirect }: EndpointParts): unknown {
  const { transport } = endpoint;
  const tls: Record<string, string> = {};
  const file = (field: string, pem: string | undefined): void => {
    if (pem === undefined || !isDirect) return;
    const name = `${parts.tlsFolder}/${index}-${field}.pem`;
    files[name] = pem;
    tls[field] = `classpath:${name}`;
  };
  file("trust_cacerts", transport.tls?.trustCaPem);
  file("client_cert", transport.tls?.clientCertPem);
  file("client_key", transport.tls?.clientKeyPem);
  file("client_key_password", transport.tls?.clientKeyPassword);
  return {
    kind: "io.statefun.endpoints.v2/http",
    spec: {
      functions: endpoint.id,
      urlPathTemplate: isDirect ? endpoint.urlTemplate : `${parts.link.gateway}${proxyPath(parts.link, endpoint.id)}`,
      maxNumBatchRequests: endpoint.batchMessagesMax,
      transport: {
        type: "io.statefun.transports.v1/async",
        call: `${transport.callTimeoutMs + (isDirect ? 0 : proxiedCallMoreMs)}ms`,
        connect: `${transport.connectTimeoutMs}ms`,
        pool_size: Math.min(transport.poolConnectionsMax, parts.poolConnectionsMax),
        pool_ttl: `${Math.max(1, transport.poolTtlMs)}ms`,
        payload_max_bytes: transport.payloadBytesMax,
        ...tls,
      },
    },
  };
}

/** Returns the reason why Flink itself cannot call an endpoint, or undefined when it can. */
export function whyNotOnFlink({ id, urlTemplate, placement }: EndpointSpec): string | undefined {
  if (placement !== undefined) return `the functions of ${id} run inside of the gateway (${placement.kind}), where Flink cannot call them`;
  const scheme = /^([a-z+]+):/.exec(urlTemplate)?.[1];
  if (scheme === "http" || scheme === "https") return undefined;
  return `Flink calls functions by http and https alone, not by ${scheme ?? "what has no scheme"} (${id})`;
}
