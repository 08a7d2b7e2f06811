/**
 * Authorizer: decides whether a principal may do an operation. It is the only place that decides, for every operation of every surface and
 * for messages. It is pure, so a test can ask all questions, and the console can say beforehand what is not allowed.
 * Neighbours: contract/ says what an operation needs, services/guarded.ts asks for each call, message-gate.ts for messages.
 */
import type { Access, Scope } from "../contract/operation.ts";
import type { Principal } from "../contract/principal.ts";
import { everyNamespace, holds, mayUnmask, namespaceOf, roleAnywhere, roleIn, type Role } from "../contract/roles.ts";

export type Decision =
  | { readonly kind: "allow" }
  /** `signIn`: nobody has said who they are yet. */
  | { readonly kind: "deny"; readonly reason: string; readonly signIn: boolean };

export interface Question {
  /** `<noun>.<verb>`. */
  readonly name: string;
  readonly operation: { readonly access: Access; readonly scope: Scope };
  readonly input: unknown;
}

export interface Authorizer {
  decide(principal: Principal, question: Question): Decision;
}

/** What a way of messages needs; it is asked for each message, so it is as small as can be. */
export interface Way {
  readonly access: "send";
  /** http, grpc, or the id of an ingress or egress that a module declares. */
  readonly ingress: string;
  /**
   * The namespace of the function that gets the message. Undefined when every namespace is concerned; someNamespace when it is not known
   * yet.
   */
  readonly namespace: string | typeof someNamespace | undefined;
}

/** No namespace is written so. */
export const someNamespace = Symbol("some namespace");

const allow: Decision = { kind: "allow" };
const needed: Readonly<Record<Exclude<Access, "open" | "self">, Role>> = {
  read: "viewer",
  send: "sender",
  operate: "operator",
  admin: "admin",
};

export const authorizer: Authorizer = {
  decide(principal, { name, operation, input }) {
    const { access, scope } = operation;
    if (access === "open" || principal.rights.kind === "all") return allow;
    if (principal.kind === "anonymous") return notSignedIn(name);
    if (access === "self") return principal.rights.kind === "ingress" ? ingressOnly(principal.rights.ingress) : allow;
    return scope === "namespaces"
      ? inAnyNamespace(principal, needed[access])
      : inNamespace(principal, needed[access], namespaceIn(input, scope));
  },
};

/** Whether masked values that the operation shows may be shown to it. */
export function decideUnmask({ rights }: Principal, { operation: { scope }, input }: Question): Decision {
  // What is filtered by namespace is unmasked for principals who may unmask in all of them.
  const namespace = scope === "namespaces" ? everyNamespace : namespaceIn(input, scope);
  if (mayUnmask(rights, namespace)) return allow;
  return { kind: "deny", signIn: false, reason: `it needs the right to unmask values in ${whereOf(namespace)}` };
}

export function decideWay(principal: Principal, { access, ingress, namespace }: Way): Decision {
  const { rights } = principal;
  if (rights.kind === "all") return allow;
  if (principal.kind === "anonymous") return notSignedIn("messages");
  if (rights.kind === "ingress") return rights.ingress === ingress ? allow : ingressOnly(rights.ingress);
  if (namespace === someNamespace) return inAnyNamespace(principal, needed[access]);
  return inNamespace(principal, needed[access], namespace ?? everyNamespace);
}

/** The role that an operation needs; null when it needs none. */
export function neededRole(access: Access): Role | null {
  return access === "open" || access === "self" ? null : needed[access];
}

function inNamespace({ rights }: Principal, role: Role, namespace: string): Decision {
  if (rights.kind === "ingress") return ingressOnly(rights.ingress);
  const held = roleIn(rights, namespace);
  if (holds(held, role)) return allow;
  const where = whereOf(namespace);
  return {
    kind: "deny",
    signIn: false,
    reason: `it needs the role ${role} in ${where}; you have ${held === undefined ? "none" : held} there`,
  };
}

function inAnyNamespace({ rights }: Principal, role: Role): Decision {
  if (rights.kind === "ingress") return ingressOnly(rights.ingress);
  if (holds(roleAnywhere(rights), role)) return allow;
  return { kind: "deny", signIn: false, reason: `it needs the role ${role} in some namespace; you have none` };
}

function whereOf(namespace: string): string {
  return namespace === everyNamespace ? "all namespaces" : `the namespace ${namespace.slice(0, 100)}`;
}

function ingressOnly(ingress: string): Decision {
  return { kind: "deny", signIn: false, reason: `the token is good for the ingress ${ingress} alone` };
}

function notSignedIn(name: string): Decision {
  return { kind: "deny", signIn: true, reason: `${name} is for those who have signed in` };
}

/** A field that names no namespace asks for the right to all. */
function namespaceIn(input: unknown, scope: Exclude<Scope, "namespaces">): string {
  if (scope === "gateway") return everyNamespace;
  const field = scope.namespaceOf;
  const value = typeof input === "object" && input !== null && field in input ? (input as Record<string, unknown>)[field] : undefined;
  if (typeof value !== "string" || value === "") return everyNamespace;
  return namespaceOf(scope.afterColon === true ? value.slice(value.indexOf(":") + 1) : value);
}
