/** WebhookSpec: the declaration of a webhook ingress, read and checked. */
import type { Secret } from "../../shape/secret.ts";
export const stringType = "io.statefun.types/string";
export const headerPattern = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** The place of a value in a request. */
export type Place =
  | { readonly kind: "pointer"; readonly pointer: string }
  /** `header` is in lower case. `optional`: a request without it is accepted. */
  | { readonly kind: "header"; readonly header: string; readonly optional?: true }
  /** The value is the whole body. */
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
  /** Requests may use any host name, because they are signed. */
  readonly anyHost: boolean;
}
