/**
 * Principal: who asks, by which door, and with which rights. It is never undefined: every verb of a service takes one, work inside the
 * gateway has one of its own, and a caller who has not signed in is `anonymous`, with no rights.
 * Neighbours: identity/ makes those of requests; services/guarded.ts authorises and audits by it; roles.ts has what each role may.
 */
import { allRights, noRights, type Rights } from "./roles.ts";

/** A surface as a principal sees it; `gateway` is the gateway's own work, `ingress` a port that a module opened. */
export const doors = ["console", "http", "grpc", "mcp", "postgres", "ingress", "gateway"] as const;
export type Door = (typeof doors)[number];
/** The doors by which requests come. */
export type OuterDoor = Exclude<Door, "gateway">;

/**
 * person: at a console or a terminal. token, machine: by a credential. gateway: what the gateway does by itself. anonymous: has not signed
 * in.
 */
export const principalKinds = ["person", "token", "machine", "gateway", "anonymous"] as const;
export type PrincipalKind = (typeof principalKinds)[number];

/** Who did something, as it is written down: in the audit, beside a module's revision. */
export interface Who {
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly door: Door;
}

/**
 * Belongs to one reading of a credential, and is shared by all principals made from it: for another door, with a reason to unmask, for an
 * assistant.
 */
export interface Lease {
  /** True once the credential was signed out, revoked, expired, or given other roles. */
  isOver: boolean;
}

export interface Principal extends Who {
  readonly rights: Rights;
  /** The id of the user in the catalog. */
  readonly userId?: string;
  /**
   * The credential that it came with (a session, a token); undefined when none is needed. It may end while a stream is open
   * (identity/standing.ts).
   */
  readonly credential?: string;
  /** Whether the credential has ended since. */
  readonly lease?: Readonly<Lease>;
  /** When it ends although the credential goes on: the client certificate of its connection runs out. */
  readonly untilMs?: number;
  /** The reason, for this one request, to show it masked values. */
  readonly unmaskReason?: string;
}

/** The principal of a gateway where nobody has to sign in, because its ports are open to this machine alone. */
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
