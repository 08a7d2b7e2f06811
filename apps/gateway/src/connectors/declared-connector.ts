/** DeclaredConnector: an ingress or egress that a module declares, read and checked, as the supervisor opens it. Plain data. */
import type { LinePosition } from "../shape/line-position.ts";
import type { CarriedSpec, Claim } from "./connector.ts";

export interface DeclaredConnector {
  readonly direction: "ingress" | "egress";
  /** One of the kinds in kinds.ts. */
  readonly kind: string;
  readonly id: string;
  readonly module: string;
  /** What the kind's read() made. It may hold secrets, so it is never shown. */
  readonly spec: unknown;
  /** What may be shown of it: fields with their texts, and variables by name. */
  readonly shown: Readonly<Record<string, string>>;
  readonly claims: readonly Claim[];
  /** Set when StateFun's own connector does the work: the spec that it gets. */
  readonly carried?: CarriedSpec;
  readonly position: LinePosition;
}
