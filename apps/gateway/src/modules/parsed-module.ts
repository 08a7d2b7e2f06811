/**
 * ParsedModule: what one module declares, read from its YAML and checked. parse-module.ts makes it without touching the
 * world; tls-files.ts fills in the certificates; merge-modules.ts adds modules up to the Bindings that the engine takes.
 */
import type { EndpointSpec, LimitSpec } from "@signalbox/runtime";
import type { DeclaredConnector } from "../connectors/declared-connector.ts";
import type { MaskRule } from "../masking/mask-rule.ts";
import type { LinePosition } from "../shape/line-position.ts";
import type { ModuleIssue } from "../contract/module/module-issue.ts";
import type { IsolatedSpec } from "../isolation/isolated-functions.ts";
import type { ScaleToZero } from "../scaling/scale-to-zero.ts";
import type { ProcessSpec } from "../processes/process-spec.ts";

export type Position = LinePosition;

/** Where PEM texts are: an absolute or relative path, or file:<path>. The password is a file too. */
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
  /** The texts with their ${VAR}, where there is one. */
  readonly shownTlsLocations?: TlsLocations | undefined;
  /** What has to be started for a co-located endpoint. */
  readonly process?: ProcessSpec;
  readonly scaleToZero?: ScaleToZero;
  /** What the process of isolated embedded functions gets. */
  readonly isolated?: IsolatedSpec;
  /** Where the source of embedded functions is in the module. */
  readonly sourcePosition?: Position;
  readonly position: Position;
}

export interface ParsedLimit {
  readonly spec: LimitSpec;
  readonly position: Position;
}

export interface ParsedMask {
  /** What the limit covers, as the module writes it. */
  readonly covered: string;
  readonly rule: MaskRule;
  /** Its fields with variables by their names. */
  readonly shownFields: readonly string[];
  readonly position: Position;
}

export interface ParsedModule {
  readonly name: string;
  readonly endpoints: readonly ParsedEndpoint[];
  readonly ingresses: readonly DeclaredConnector[];
  readonly egresses: readonly DeclaredConnector[];
  readonly limits: readonly ParsedLimit[];
  readonly masks: readonly ParsedMask[];
}

export interface ModuleText {
  readonly name: string;
  readonly yaml: string;
  /** ${VAR} in spec values is looked up here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The runtime brings StateFun's own connectors along. */
  readonly carries?: boolean | undefined;
}

export interface ModuleParse {
  /** Errors and warnings in order of place; with an error there is no document. */
  readonly issues: ModuleIssue[];
  readonly document?: ParsedModule;
}

/** An issue of several modules taken together says in which one it stands. */
export interface MergeIssue extends ModuleIssue {
  readonly module: string;
}

export const moduleBytesMax = 1024 * 1024;
export const moduleDocumentsMax = 1000;
