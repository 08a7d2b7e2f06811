/**
 * entityIdOf, subjectFor: which entity a message of a stream is for, and to which subject a record goes. An id is a token of a subject, or
 * a header.
 */
import { checkId } from "@signalbox/runtime";
import type { NatsMessage } from "./nats-wire.ts";

export type NatsKey =
  /** The number of the token, from 1 on; undefined for the last one. */
  { readonly kind: "subject"; readonly token: number | undefined } | { readonly kind: "header"; readonly name: string };

export type EntityId = { readonly kind: "id"; readonly id: string } | { readonly kind: "none"; readonly reason: string };

export function entityIdOf({ subject, header }: Pick<NatsMessage, "subject" | "header">, key: NatsKey): EntityId {
  const id = key.kind === "header" ? header(key.name) : subject.split(".").at(key.token === undefined ? -1 : key.token - 1);
  if (id === undefined)
    return {
      kind: "none",
      reason: key.kind === "header" ? `it has no header ${key.name}` : `its subject ${subject} has no token ${key.token}`,
    };
  const wrong = checkId(id);
  return wrong === undefined ? { kind: "id", id } : { kind: "none", reason: wrong };
}

const idPlaceholder = "{id}";

/** Undefined when the id cannot be a token. */
export function subjectFor(template: string, id: string): string | undefined {
  if (!template.includes(idPlaceholder)) return template;
  return isToken(id) ? template.replaceAll(idPlaceholder, id) : undefined;
}

/** The subject with a wildcard for each token that holds an id. */
export function subjectPattern(template: string): string {
  return template
    .split(".")
    .map((token) => (token.includes(idPlaceholder) ? "*" : token))
    .join(".");
}

/** Why a module may not use this subject; undefined when it may. */
export function wrongSubject(subject: string): string | undefined {
  const tokens = subject.replaceAll(idPlaceholder, "id").split(".");
  return tokens.every(isToken) ? undefined : "tokens with a dot between, without blanks and wildcards; {id} stands for the sender's id";
}

function isToken(text: string): boolean {
  return text !== "" && !/[\s.*>\u0000-\u001f\u007f]/u.test(text);
}
