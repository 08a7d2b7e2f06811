/**
 * Principal: who asks, by which door, and with which rights. Never undefined: every verb of a service takes one, work inside the gateway has
 * one of its own, and who has not said who they are is `anonymous`, with no rights.
 * Neighbours: identity/ makes those of requests; services/guarded.ts authorises and audits by it; roles.ts has what each role may.
 */
import { allRights, noRights, type Rights } from "./roles.ts";

/** A surface as a principal sees it; `gateway` is the gateway's own work, `ingress` a port that a module opened. */
export const doors = ["console", "http", "grpc", "mcp", "postgres", "ingress", "gateway"] as const;
export type Door = (typeof doors)[number];
/** By which requests come. */
export type OuterDoor = Exclude<Door, "gateway">;

/** person: at a console or a terminal. token, machine: by a credential. gateway: what the gateway does by itself. anonymous: has not signed in. */
export const principalKinds = ["person", "token", "machine", "gateway", "anonymous"] as const;
export type PrincipalKind = (typeof principalKinds)[number];

/** As it is written down: in the audit, beside a module's revision. */
export interface Who {
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly door: Door;
}

/** Of one reading of a credential; shared by all that is made of it: for another door, with a reason to unmask, for an assistant. */
export interface Lease {
  /** Signed out, revoked, run out, or of other roles since. */
  isOver: boolean;
}

export interface Principal extends Who {
  readonly rights: Rights;
  /** The id of the user in the catalog. */
  readonly userId?: string;
  /** What it came with (a session, a token); undefined for who needs none. It may end while a stream is open (identity/standing.ts). */
  readonly credential?: string;
  /** Whether that has ended since. */
  readonly lease?: Readonly<Lease>;
  /** Why masked values are to be shown to it, of this one request. */
  readonly unmaskReason?: string;
}

/** Whoever reaches a gateway where nobody has to sign in: its ports are open to this machine alone. */
export function localPerson(door: OuterDoor): Principal {
  return { kind: "person", name: "local", door, rights: allRights };
}

export function anonymous(door: OuterDoor): Principal {
  return { kind: "anonymous", name: "somebody", door, rights: noRights };
}

/** `name` says which part of the gateway works. */
export function gatewayItself(name: string): Principal {
  return { kind: "gateway", name, door: "gateway", rights: allRights };
}
