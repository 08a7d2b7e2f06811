/**
 * What a module declares, in the engine's own shape. The gateway parses YAML into these (apps/gateway/src/modules); the engine resolves a
 * function type to an endpoint: exact name before namespace wildcard.
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
  /** The life of a connection, to which up to a fifth is added; 0 for no limit. */
  readonly poolTtlMs: number;
  readonly poolConnectionsMax: number;
  readonly payloadBytesMax: number;
  readonly tls: TlsOptions | undefined;
  /** Uses HTTP/2 instead of HTTP/1.1, where a reply belongs to its stream. For http and https URLs. */
  readonly http2?: boolean;
  /** Headers that are sent with each call, by name in lower case; their values are secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An ed25519 key with which calls are signed, as PEM or its seed in base64. Calls are then sent singly. For HTTP. */
  readonly signingKey?: string;
  /** When false, several invocations never share one request, even if the function's SDK offers it (decision 84). */
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
  /** May contain {function.name}. Its scheme chooses the transport (adapters/create-transport.ts). */
  readonly urlTemplate: string;
  /** The same with the names of variables instead of their values, if the module has any; this one may be shown. */
  readonly shownUrlTemplate?: string;
  readonly batchMessagesMax: number;
  /** When false, its messages are batched even while somebody watches their trace (model/watched-traces.ts). */
  readonly watched?: boolean;
  readonly transport: TransportOptions;
  /** Where its functions run, when that is no URL that a module could contain. */
  readonly placement?: EndpointPlacement;
  /** True when its functions may be called for tries without effects, each with the header x-signalbox-replay (decision 91). */
  readonly replay?: boolean;
  /**
   * Set when nothing runs there on purpose. asleep: it is not called. waking: calls wait until it can be reached. Waiting entities show
   * ENDPOINT_ASLEEP.
   */
  readonly scaledToZero?: "asleep" | "waking";
}

/** The URL templates of instances that the gateway started and that serve now; empty when no instance has come up yet. */
export interface ProcessPlacement {
  readonly kind: "process";
  readonly urlTemplates: readonly string[];
}

/** The files of embedded functions as they were when these were checked, for each thread that loads them later. */
export interface KeptFiles {
  readonly resolved: readonly (readonly [specifier: string, parent: string, url: string, format: string | undefined])[];
  /** Where the text of each file stands in `bytes`. */
  readonly files: readonly (readonly [url: string, format: string | undefined, start: number, end: number])[];
  /** UTF-8. */
  readonly bytes: Uint8Array;
}

/** Code that runs in threads of the engine's own process. */
export interface EmbeddedPlacement {
  readonly kind: "embedded";
  readonly source: EmbeddedSource;
  /** Absent before the source was loaded once: then it is read from the disk. */
  readonly kept?: KeptFiles | undefined;
  /** The export to serve; undefined when every exported entity is served. */
  readonly exportName: string | undefined;
  /** URL of the module whose `embedded(entities)` answers calls; names that the source imports are found from there too. */
  readonly hostUrl: string;
  /** The limit of each thread's heap. */
  readonly memoryMiBMax: number;
  /** A call that takes longer is given up; if the thread does not answer then, it is ended. */
  readonly callTimeoutMs: number;
  readonly threads: number;
}

export type EmbeddedSource =
  | { readonly kind: "code"; readonly code: string }
  /** `revision` changes with its content and with that of what it imports; empty until it was loaded once. */
  | { readonly kind: "file"; readonly url: string; readonly revision: string }
  | { readonly kind: "package"; readonly name: string; readonly from: string; readonly revision: string };

export type EndpointPlacement = ProcessPlacement | EmbeddedPlacement;

/** A place where records leave: the engine keeps them in order until its reader has acknowledged them. */
export interface EgressSpec {
  /** `namespace/name`. */
  readonly id: string;
  readonly module: string;
}

/** An ingress or egress whose records StateFun's own connector moves inside the runtime; the gateway does not touch them. */
export interface CarriedConnector {
  readonly direction: "ingress" | "egress";
  readonly id: string;
  readonly module: string;
  readonly kind: string;
  /** The spec for StateFun. It may hold secrets, so it is never shown. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Everything that is in force: the sum of the newest revision of every module. Replaced as a whole. */
export interface Bindings {
  readonly endpoints: readonly EndpointSpec[];
  readonly egresses: readonly EgressSpec[];
  /** Empty when absent. At most one limit by key covers a function type. */
  readonly limits?: readonly LimitSpec[];
  /** Empty unless the runtime has connectors of its own. Its egresses are in `egresses` too. */
  readonly carried?: readonly CarriedConnector[];
}
