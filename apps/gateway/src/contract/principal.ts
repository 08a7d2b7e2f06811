/**
 * Principal: who asks, and by which door. Never undefined: every verb of a service takes one, work inside the gateway has one of its own.
 * Neighbours: surfaces/principal-of.ts makes those of requests; services/guarded.ts authorises and audits by it.
 */

/** A surface as a principal sees it; `gateway` is the gateway's own work. */
export const doors = ["console", "http", "grpc", "gateway"] as const;
export type Door = (typeof doors)[number];

/** person: at a console or a terminal. token, machine: by a credential. gateway: what the gateway does by itself. */
export const principalKinds = ["person", "token", "machine", "gateway"] as const;
export type PrincipalKind = (typeof principalKinds)[number];

export interface Principal {
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly door: Door;
}

/** Whoever reaches a gateway that has no users yet: its ports are open to this machine, or to whom its owner lets in. */
export function localPerson(door: Exclude<Door, "gateway">): Principal {
  return { kind: "person", name: "local", door };
}

/** `name` says which part of the gateway works. */
export function gatewayItself(name: string): Principal {
  return { kind: "gateway", name, door: "gateway" };
}
