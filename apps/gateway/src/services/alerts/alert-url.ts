/**
 * AlertUrl: the URL of an alert as it is kept and as it is called. Whatever of it is secret is named as ${secret.NAME}, so that the catalog holds the name alone. The
 * host is written out: it is shown, and judged by the rules of endpoints. Neighbours: alert-watch.ts keeps it, alert-calls.ts calls it, secrets/secrets.ts.
 */
import { secretPrefix } from "../../secrets/secrets.ts";

/** What ${secret.NAME} stands for, by `secret.NAME`. */
export type Variables = () => Readonly<Record<string, string>>;

export type CalledUrl =
  | { readonly kind: "ok"; readonly url: string }
  | { readonly kind: "refused"; readonly why: string; readonly cure: string };

const placeholder = /\$\{([^}]*)\}/g;
const hostOf = /^https?:\/\/([^/?#]*)/iu;

export function secretsNamed(url: string): string[] {
  return [...url.matchAll(placeholder)].flatMap(([, name = ""]) =>
    name.startsWith(secretPrefix) ? [name.slice(secretPrefix.length)] : [],
  );
}

/** With what its placeholders stand for now. A secret is one piece of a path or a query, so it is encoded as one. */
export function calledUrl(url: string, variables: Variables): CalledUrl {
  if (hostOf.exec(url)?.[1]?.includes("${") === true)
    return {
      kind: "refused",
      why: "The host of the URL is a placeholder.",
      cure: "Write the host out, and what is secret behind it as ${secret.NAME}.",
    };
  const known = variables();
  let missing: string | undefined;
  const called = url.replaceAll(placeholder, (written: string, name: string) => {
    const text = name.startsWith(secretPrefix) ? known[name] : undefined;
    if (text === undefined) missing ??= written;
    return text === undefined ? written : encoded(text);
  });
  if (missing !== undefined)
    return {
      kind: "refused",
      why: `${missing} in the URL names no secret that is there and can be opened.`,
      cure: "Set it first: People, Secrets, or PUT /v1/secrets/NAME.",
    };
  return { kind: "ok", url: called };
}

/** Slashes stay: what a service calls its webhook's path is often one secret. */
function encoded(text: string): string {
  return text.split("/").map(encodeURIComponent).join("/");
}
