/** DeclaredConnector: an ingress or egress that a module declares, read and checked, as the supervisor opens it. Plain data. */
import type { LinePosition } from "../shape/line-position.ts";
import type { CarriedSpec, Claim } from "./connector.ts";

export interface DeclaredConnector {
  readonly direction: "ingress" | "egress";
  /** A kind of kinds.ts. */
  readonly kind: string;
  readonly id: string;
  readonly module: string;
  /** What the kind's read() made. May hold secrets: it is never shown. */
  readonly spec: unknown;
  /** What may be shown of it: fields and their texts, variables by their names. */
  readonly shown: Readonly<Record<string, string>>;
  readonly claims: readonly Claim[];
  /** The runtime reads or writes it by StateFun's own connector, which is told this. */
  readonly carried?: CarriedSpec;
  readonly position: LinePosition;
}
