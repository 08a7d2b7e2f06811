/** WebhookSpec: what a webhook ingress was declared as, read and checked. */
import type { Secret } from "../../shape/secret.ts";
export const stringType = "io.statefun.types/string";
export const headerPattern = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** Where in a request something stands. */
export type Place =
  | { readonly kind: "pointer"; readonly pointer: string }
  /** In lower case. optional: a request without it is taken. */
  | { readonly kind: "header"; readonly header: string; readonly optional?: true }
  /** The whole body is the thing itself. */
  | { readonly kind: "body" };

export type Signature =
  | { readonly kind: "standard"; readonly secrets: readonly Secret[]; readonly toleranceMs: number }
  | { readonly kind: "github"; readonly secrets: readonly Secret[] }
  | { readonly kind: "stripe"; readonly secrets: readonly Secret[]; readonly toleranceMs: number; readonly header: string }
  | { readonly kind: "none" };

export interface WebhookSpec {
  readonly path: string;
  readonly target: string;
  readonly entityId: Place | { readonly kind: "fixed"; readonly id: string };
  /** The body must be JSON. */
  readonly isJson: boolean;
  readonly valueType: string;
  readonly signature: Signature;
  readonly deliveryId: Place;
  /** Whoever signs may call it by any name. */
  readonly anyHost: boolean;
}
