/**
 * Roles: what a person or token may do, by namespace of functions. Each role includes those before it: a viewer looks, a sender also takes
 * part in the traffic, an operator also acts on entities, an admin also changes what is declared and who may do what.
 * Neighbours: operation.ts says which access an operation needs, identity/authorizer.ts combines the two.
 */
import { z } from "zod";

export const roles = ["viewer", "sender", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** Stands in the place of a namespace for all of them, and for the gateway itself. */
export const everyNamespace = "*";
const grantsMax = 100;
const namespaceCharactersMax = 200;

export const grant = z.strictObject({
  role: z.enum(roles),
  namespace: z
    .string()
    .min(1)
    .max(namespaceCharactersMax)
    .regex(/^[^/\s]+$/, "write a namespace of functions, or * for all"),
  /** True when masked values may be unmasked with a reason; admins may without this. */
  unmask: z.boolean().optional(),
});
export type Grant = z.output<typeof grant>;

export const grants = z.array(grant).max(grantsMax);

export type Rights =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | { readonly kind: "grants"; readonly grants: readonly Grant[] }
  /** May send through one ingress, and nothing else. */
  | { readonly kind: "ingress"; readonly ingress: string };

export const allRights: Rights = { kind: "all" };
export const noRights: Rights = { kind: "none" };

/** Returns the strongest role in a namespace; undefined when there is none. */
export function roleIn(rights: Rights, namespace: string): Role | undefined {
  switch (rights.kind) {
    case "all":
      return "admin";
    case "none":
    case "ingress":
      return undefined;
    case "grants":
      return strongest(rights.grants.filter((one) => one.namespace === namespace || one.namespace === everyNamespace));
  }
}

/** Whether masked values of the namespace may be shown, with a reason. */
export function mayUnmask(rights: Rights, namespace: string): boolean {
  if (rights.kind !== "grants") return rights.kind === "all";
  return rights.grants.some(
    (one) => (one.namespace === namespace || one.namespace === everyNamespace) && (one.role === "admin" || one.unmask === true),
  );
}

/** Returns the strongest role in any namespace. */
export function roleAnywhere(rights: Rights): Role | undefined {
  return rights.kind === "grants" ? strongest(rights.grants) : roleIn(rights, everyNamespace);
}

export function holds(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);
}

/** Returns the namespace of a name `<namespace>/<name>`, or of a pattern of such names. */
export function namespaceOf(name: string): string {
  const slash = name.indexOf("/");
  return slash < 0 ? name : name.slice(0, slash);
}

function strongest(list: readonly Grant[]): Role | undefined {
  let best = -1;
  for (const { role } of list) best = Math.max(best, roles.indexOf(role));
  return roles[best];
}
