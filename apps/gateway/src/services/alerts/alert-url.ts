/**
 * AlertUrl: where an alert goes: a URL and a header, as they are kept and as they are called. A secret part is written as ${secret.NAME},
 * so that the catalog holds only its name. The host must be written out, because it is shown and checked by the rules for endpoints.
 * Neighbours: alert-watch.ts keeps it, alert-calls.ts calls it, secrets/secrets.ts.
 */
import { wrongCallHeader } from "@signalbox/runtime";
import type { AlertRuleRecord } from "../../catalog/catalog.ts";
import { secretPrefix } from "../../secrets/secrets.ts";
import { placeholdersIn, replacePlaceholders } from "../../shape/placeholder-text.ts";

/** The values of ${secret.NAME}, by `secret.NAME`. */
export type Variables = () => Readonly<Record<string, string>>;

export type AlertTarget = Pick<AlertRuleRecord, "url" | "header">;

type Refused = { readonly kind: "refused"; readonly where: "url" | "header"; readonly why: string; readonly cure: string };
export type CalledTarget = { readonly kind: "ok"; readonly url: string; readonly headers: Readonly<Record<string, string>> } | Refused;

const hostOf = /^https?:\/\/([^/?#]*)/iu;

export function secretsNamed({ url, header = "" }: AlertTarget): string[] {
  return placeholdersIn(`${url} ${header}`).flatMap(({ name }) => (name.startsWith(secretPrefix) ? [name.slice(secretPrefix.length)] : []));
}

/**
 * The target with the current values of its placeholders. A secret in the URL is part of a path or a query and is encoded as such; in the
 * header it stands unchanged.
 */
export function calledTarget({ url, header }: AlertTarget, variables: Variables): CalledTarget {
  if (hostOf.exec(url)?.[1]?.includes("${") === true)
    return {
      kind: "refused",
      where: "url",
      why: "The host of the URL is a placeholder.",
      cure: "Write the host out, and what is secret behind it as ${secret.NAME}.",
    };
  const called = filled(url, variables, encoded);
  if ("missing" in called) return unknownSecret("url", called.missing);
  if (!URL.canParse(url) || !URL.canParse(called.text))
    return {
      kind: "refused",
      where: "url",
      why: "The URL is none that can be called.",
      cure: "Write http://host/path or https://…, with a port from 1 to 65535 if any.",
    };
  if (header === undefined) return { kind: "ok", url: called.text, headers: {} };
  const name = headerName(header);
  const value = filled(header.slice(name.length + 1).trim(), variables, (text) => text);
  if ("missing" in value) return unknownSecret("header", value.missing);
  const wrong = wrongCallHeader(name, value.text);
  if (wrong !== undefined)
    return { kind: "refused", where: "header", why: `The header cannot be sent: ${wrong}.`, cure: "Write it as Name: value." };
  return { kind: "ok", url: called.text, headers: { [name]: value.text } };
}

/** The header's name, the only part of it that is shown. */
export function headerName(header: string): string {
  return header.slice(0, header.indexOf(":"));
}

function filled(
  text: string,
  variables: Variables,
  written: (secret: string) => string,
): { readonly text: string } | { readonly missing: string } {
  const known = variables();
  let missing: string | undefined;
  const done = replacePlaceholders(text, (name, whole) => {
    const secret = name.startsWith(secretPrefix) ? known[name] : undefined;
    if (secret === undefined) missing ??= whole;
    return secret === undefined ? whole : written(secret);
  });
  return missing === undefined ? { text: done } : { missing };
}

function unknownSecret(where: Refused["where"], missing: string): Refused {
  return {
    kind: "refused",
    where,
    why: `${missing} in the ${where === "url" ? "URL" : "header"} names no secret that is there and can be opened.`,
    cure: "Set it first: People, Secrets, or PUT /v1/secrets/NAME.",
  };
}

/** Slashes are kept, because the path of a webhook is often one secret. */
function encoded(text: string): string {
  return text.toWellFormed().split("/").map(encodeURIComponent).join("/");
}
