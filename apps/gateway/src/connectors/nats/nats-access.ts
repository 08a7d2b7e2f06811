/** NatsAccess: the servers and the credentials: the fields that both kinds have, and what they are read into. Plain data. */
import { listOf, object, text, variants, type Fields } from "../../shape/shape.ts";
import { Secret } from "../../shape/secret.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import type { ReadContext } from "../connector.ts";

export interface NatsAccess {
  readonly servers: readonly string[];
  readonly credentials: NatsCredentials;
  readonly tls: NatsTls | undefined;
}

export type NatsCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "user"; readonly user: string; readonly password: Secret }
  | { readonly kind: "token"; readonly token: Secret }
  | { readonly kind: "nkey"; readonly seed: Secret }
  | { readonly kind: "creds"; readonly file: string };

/** Paths of PEM files. */
export interface NatsTls {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

export const accessFields: Fields = {
  servers: { shape: listOf(text, 1), required: true, meaning: "Servers, nats://host:port or tls://host:port." },
  credentials: {
    shape: variants(
      {
        none: {},
        user: {
          user: { shape: text, required: true, meaning: "Name of the user." },
          password: { shape: text, required: true, secret: "by-reference", meaning: "Password of the user." },
        },
        token: { token: { shape: text, required: true, secret: "by-reference", meaning: "Token." } },
        nkey: { seed: { shape: text, required: true, secret: "by-reference", meaning: "Seed of the NKey." } },
        creds: { file: { shape: text, required: true, meaning: "File with JWT and seed." } },
      },
      "none",
    ),
    meaning: "Who asks.",
    fallback: "none",
  },
  tls: {
    shape: object({
      caFile: { shape: text, meaning: "PEM file of the authorities that are trusted, in place of the usual ones." },
      certFile: { shape: text, meaning: "PEM file of a client certificate." },
      keyFile: { shape: text, meaning: "PEM file of its key." },
    }),
    meaning: "Wants TLS, with these files.",
  },
};

export function readAccess(spec: SpecReader, { issues }: ReadContext): NatsAccess {
  const servers = spec.texts("servers");
  const wrong = servers.find((server) => hostOf(server) === undefined);
  if (wrong !== undefined)
    issues.error(spec.position("servers"), `\`${wrong.slice(0, 200)}\` is no server: write nats://host:port, without a user in it.`);
  const tls = spec.inside("tls");
  return {
    servers,
    credentials: readCredentials(spec.inside("credentials")),
    tls: tls === undefined ? undefined : { caFile: tls.text("caFile"), certFile: tls.text("certFile"), keyFile: tls.text("keyFile") },
  };
}

/** Undefined when the text is no URL of a server. */
export function hostOf(server: string): string | undefined {
  const url = URL.parse(server);
  if (url === null || !/^(nats|tls):$/.test(url.protocol) || url.hostname === "" || url.username !== "" || url.password !== "")
    return undefined;
  return url.hostname;
}

function readCredentials(spec: SpecReader | undefined): NatsCredentials {
  const text = (name: string): string => spec?.text(name) ?? "";
  const secret = (name: string): Secret => spec?.secret(name) ?? new Secret("");
  switch (text("type").toLowerCase()) {
    case "user":
      return { kind: "user", user: text("user"), password: secret("password") };
    case "token":
      return { kind: "token", token: secret("token") };
    case "nkey":
      return { kind: "nkey", seed: secret("seed") };
    case "creds":
      return { kind: "creds", file: text("file") };
    default:
      return { kind: "none" };
  }
}
