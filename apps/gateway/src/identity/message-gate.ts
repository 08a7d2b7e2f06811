/**
 * MessageGate: the authorizer before messages, which are not operations behind the guard (contract/ingestion.ts). Where nobody has to sign
 * in it is one comparison; a stream asks once for each namespace.
 */
import { GatewayError } from "../contract/problem.ts";
import type { Principal } from "../contract/principal.ts";
import { namespaceOf } from "../contract/roles.ts";
import { decideWay, someNamespace, type Decision } from "./authorizer.ts";
import { credentialOver, isOver } from "./standing.ts";

/** With more messages than this, a stream asks again. */
const namespacesKeptMax = 1_000;

/** Throws UNAUTHENTICATED or FORBIDDEN. */
export function mustBeAllowedToSend(principal: Principal, ingress: string, type: string): void {
  if (principal.rights.kind === "all") return;
  // The credential may have ended while the body came in.
  if (isOver(principal)) throw credentialOver();
  const decision = decideWay(principal, { access: "send", ingress, namespace: namespaceOf(type) });
  if (decision.kind === "deny") throw wayRefusal(decision, type);
}

/**
 * Checks before there is a message: throws for a principal who may send nowhere, so that nothing is held for them and they are told
 * nothing.
 */
export function mustBeAllowedToSendSomewhere(principal: Principal, ingress: string): void {
  if (principal.rights.kind === "all") return;
  const decision = decideWay(principal, { access: "send", ingress, namespace: someNamespace });
  if (decision.kind === "deny") throw wayRefusal(decision, ingress);
}

/** Checks many messages of one principal. Undefined when all may pass. */
export function createMessageGate(principal: Principal, ingress: string): ((type: string) => void) | undefined {
  if (principal.rights.kind === "all") return undefined;
  const allowed = new Set<string>();
  return (type) => {
    const namespace = namespaceOf(type);
    if (allowed.has(namespace)) return;
    mustBeAllowedToSend(principal, ingress, type);
    if (allowed.size >= namespacesKeptMax) allowed.clear();
    allowed.add(namespace);
  };
}

function wayRefusal({ reason, signIn }: Extract<Decision, { kind: "deny" }>, where: string): GatewayError {
  if (signIn)
    return new GatewayError("UNAUTHENTICATED", {
      detail: "Nobody is signed in, and messages are taken from those who are.",
      where,
      cure: "Send a token as Authorization: Bearer sb_….",
    });
  return new GatewayError("FORBIDDEN", { detail: `Not allowed: ${reason}.`, where, cure: "Use a token that may send there." });
}
