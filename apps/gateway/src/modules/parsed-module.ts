/**
 * ParsedModule: what one module declares, read from its YAML and checked. parse-module.ts makes it without touching the
 * world; tls-files.ts fills in the certificates; merge-modules.ts adds modules up to the Bindings that the engine takes.
 */
import type { EgressSpec, EndpointSpec } from "@signalbox/engine";
import type { ModuleIssue } from "../contract/module-issue.ts";
import type { ProcessSpec } from "../processes/process-spec.ts";

/** Where in the YAML something stands; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where PEM texts lie: an absolute or relative path, or file:<path>. The password is a file too. */
export interface TlsLocations {
  readonly trustCa: string | undefined;
  readonly clientCert: string | undefined;
  readonly clientKey: string | undefined;
  readonly clientKeyPassword: string | undefined;
}

export interface ParsedEndpoint {
  /** `transport.tls` is undefined until loadTlsFiles has read `tlsLocations`. */
  readonly spec: EndpointSpec;
  readonly tlsLocations: TlsLocations | undefined;
  /** With their ${VAR}, where there is one. */
  readonly shownTlsLocations?: TlsLocations | undefined;
  /** Of a co-located endpoint: what is to be started. */
  readonly process?: ProcessSpec;
  /** Of embedded functions: where their source stands. */
  readonly sourcePosition?: Position;
  readonly position: Position;
}

export type ParsedIngress =
  | { readonly kind: "playground"; readonly id: string; readonly module: string; readonly port: number; readonly position: Position }
  /** Recognised (Kafka, Kinesis) and checked, but nothing reads from it yet. */
  | {
      readonly kind: "inactive";
      readonly id: string;
      readonly module: string;
      readonly componentKind: string;
      readonly position: Position;
    };

export interface ParsedEgress {
  readonly spec: EgressSpec;
  /** The HTTP port and topics of a playground egress. */
  readonly playground: { readonly port: number; readonly topics: readonly string[] } | undefined;
  readonly componentKind: string;
  readonly position: Position;
}

export interface ParsedModule {
  readonly name: string;
  readonly endpoints: readonly ParsedEndpoint[];
  readonly ingresses: readonly ParsedIngress[];
  readonly egresses: readonly ParsedEgress[];
}

export interface ModuleText {
  readonly name: string;
  readonly yaml: string;
  /** ${VAR} in spec values is looked up here. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ModuleParse {
  /** In order of place. Errors and warnings; with an error there is no document. */
  readonly issues: ModuleIssue[];
  readonly document?: ParsedModule;
}

/** An issue of several modules taken together says in which one it stands. */
export interface MergeIssue extends ModuleIssue {
  readonly module: string;
}

export const moduleBytesMax = 1024 * 1024;
export const moduleDocumentsMax = 1000;
export const moduleIssuesMax = 100;
export const yamlAliasesMax = 100;
export const yamlDepthMax = 32;
