/**
 * What a module declares, in the engine's own shape. The gateway parses YAML into these (apps/gateway/src/modules);
 * the engine resolves a function type to an endpoint: exact name before namespace wildcard.
 */
import type { LimitSpec } from "./limit-spec.ts";

export interface TlsOptions {
  /** PEM texts, already read from their locations. */
  readonly trustCaPem: string | undefined;
  readonly clientCertPem: string | undefined;
  readonly clientKeyPem: string | undefined;
  readonly clientKeyPassword: string | undefined;
}

export interface TransportOptions {
  /** Budget for one invocation including all its retries. */
  readonly callTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Longest wait for the next bytes of a reply; at most callTimeoutMs. */
  readonly readTimeoutMs: number;
  /** Life of a connection, and up to a fifth of it more; 0: no limit. */
  readonly poolTtlMs: number;
  readonly poolConnectionsMax: number;
  readonly payloadBytesMax: number;
  readonly tls: TlsOptions | undefined;
  /** Over HTTP/2 instead of HTTP/1.1: a reply then belongs to its stream. For http and https URLs. */
  readonly http2?: boolean;
  /** Sent with each call, by their names in lower case; what they hold is secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An ed25519 key with which calls are signed, as PEM or its seed in base64. Calls go singly then. For HTTP. */
  readonly signingKey?: string;
  /** False: never several invocations in one request, whatever the function's SDK offers (decision 84). */
  readonly frames?: boolean;
}

export interface EndpointSpec {
  /** Unique over all modules: the `functions` text, for example shop/* or shop/cart. */
  readonly id: string;
  /** Name of the module that declares it. */
  readonly module: string;
  readonly namespace: string;
  /** `*` binds the whole namespace. */
  readonly name: string;
  /** Contains {function.name} or not. Its scheme chooses the transport (adapters/create-transport.ts). */
  readonly urlTemplate: string;
  /** The same with variables by their names, where the module has some: what may be shown. */
  readonly shownUrlTemplate?: string;
  readonly batchMessagesMax: number;
  /** False: its messages go in batches even while somebody watches their trace (model/watched-traces.ts). */
  readonly watched?: boolean;
  readonly transport: TransportOptions;
  /** Where its functions run, when that is no address that a module could write. */
  readonly placement?: EndpointPlacement;
  /** Its functions may be called for tries that count for nothing, each with the header x-signalbox-replay (decision 91). */
  readonly replay?: boolean;
  /** Nothing runs there now, on purpose: asleep, nobody is called; waking, whoever is not reached yet is waited for. What waits says so (ENDPOINT_ASLEEP). */
  readonly scaledToZero?: "asleep" | "waking";
}

/** Instances that the gateway started and that now serve: a URL template each. None: no instance has ever come up. */
export interface ProcessPlacement {
  readonly kind: "process";
  readonly urlTemplates: readonly string[];
}

/** Code that runs in threads of the engine's own process. */
export interface EmbeddedPlacement {
  readonly kind: "embedded";
  readonly source: EmbeddedSource;
  /** Of the module; undefined: every entity that it exports is served. */
  readonly exportName: string | undefined;
  /** URL of the module whose `embedded(entities)` answers calls; names that the source imports are found from there too. */
  readonly hostUrl: string;
  /** Of each thread's heap. */
  readonly memoryMiBMax: number;
  /** A call that takes longer is given up; a thread that does not answer then is ended. */
  readonly callTimeoutMs: number;
  readonly threads: number;
}

export type EmbeddedSource =
  | { readonly kind: "code"; readonly code: string }
  /** `revision` changes with its content. */
  | { readonly kind: "file"; readonly url: string; readonly revision: string }
  | { readonly kind: "package"; readonly name: string; readonly from: string };

export type EndpointPlacement = ProcessPlacement | EmbeddedPlacement;

/** Where records may go: the engine keeps them in order until they are acknowledged. What happens to them then is its reader's. */
export interface EgressSpec {
  /** `namespace/name`. */
  readonly id: string;
  readonly module: string;
}

/** An ingress or egress of a module that the runtime itself reads or writes, by StateFun's connector of that kind; the gateway moves nothing of it. */
export interface CarriedConnector {
  readonly direction: "ingress" | "egress";
  readonly id: string;
  readonly module: string;
  readonly kind: string;
  /** As StateFun reads it. May hold secrets: it is never shown. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Everything that is in force: the sum of the newest revision of every module. Replaced as a whole. */
export interface Bindings {
  readonly endpoints: readonly EndpointSpec[];
  readonly egresses: readonly EgressSpec[];
  /** None without them. At most one that counts by key covers a function type. */
  readonly limits?: readonly LimitSpec[];
  /** None, except where the runtime brings connectors along. Its egresses stand in `egresses` too. */
  readonly carried?: readonly CarriedConnector[];
}
