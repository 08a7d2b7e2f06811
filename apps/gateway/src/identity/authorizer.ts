/**
 * Authorizer: whether a principal may do an operation. Pure: the same question has the same answer, so that tests can ask all of them.
 * There are no users yet: who reaches the gateway's ports is the local person and may do everything; what no part of the gateway makes
 * (tokens, machines) may do nothing.
 */
import type { Operation } from "../contract/operation.ts";
import type { Principal } from "../contract/principal.ts";

export type Decision = { readonly kind: "allow" } | { readonly kind: "deny"; readonly reason: string };

export interface Question {
  /** `<noun>.<verb>`. */
  readonly name: string;
  readonly operation: Operation;
  readonly input: unknown;
}

export interface Authorizer {
  decide(principal: Principal, question: Question): Decision;
}

export const localAuthorizer: Authorizer = {
  decide({ kind, name }, question) {
    switch (kind) {
      case "person":
      case "gateway":
        return { kind: "allow" };
      case "token":
      case "machine":
        return { kind: "deny", reason: `${question.name} is not open to the ${kind} ${name}` };
    }
  },
};
