/**
 * StateSpec: one registered state value of a function type, learned from the function by the handshake
 * (an incomplete reply) and persisted, so that it happens once in the life of a type.
 */
export const expirationModes = ["none", "after-write", "after-invoke"] as const;
export type ExpirationMode = (typeof expirationModes)[number];

export interface StateSpec {
  readonly name: string;
  /** Typename of the value, for example io.statefun.types/int. */
  readonly typename: string;
  readonly expiration: { readonly mode: ExpirationMode; readonly afterMs: number };
}
