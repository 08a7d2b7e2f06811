/**
 * KinesisAccess: the address and the credentials of Kinesis: the fields that both kinds have, their shapes and what they are read into.
 * Plain data.
 */
import { text, variants, type Fields } from "../../shape/shape.ts";
import { Secret } from "../../shape/secret.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import type { ReadContext } from "../connector.ts";
import { kinesisSettings, type KinesisSettings } from "./kinesis-properties.ts";

export interface KinesisAccess {
  /** Undefined when the environment decides. */
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly credentials: KinesisCredentials;
  readonly settings: KinesisSettings;
}

export type KinesisCredentials =
  /** What Amazon's SDK finds by itself: variables, files, roles. */
  | { readonly kind: "default" }
  | { readonly kind: "basic"; readonly accessKeyId: Secret; readonly secretAccessKey: Secret }
  | { readonly kind: "profile"; readonly name: string; readonly path: string | undefined };

export const accessFields: Fields = {
  awsRegion: {
    shape: variants(
      {
        default: {},
        specific: { id: { shape: text, required: true, meaning: "Region, for example us-west-2." } },
        "custom-endpoint": {
          endpoint: { shape: text, required: true, meaning: "URL of the endpoint." },
          id: { shape: text, required: true, meaning: "Region of the endpoint." },
        },
      },
      "default",
    ),
    meaning: "AWS region.",
    fallback: "default",
  },
  awsCredentials: {
    shape: variants(
      {
        default: {},
        basic: {
          accessKeyId: {
            shape: text,
            required: true,
            secret: "written",
            meaning: "Access key id; take it from the environment with ${…}.",
          },
          secretAccessKey: {
            shape: text,
            required: true,
            secret: "written",
            meaning: "Secret key; take it from the environment with ${…}.",
          },
        },
        profile: {
          profileName: { shape: text, required: true, meaning: "Profile's name." },
          profilePath: { shape: text, meaning: "File of profiles with keys; without it the machine's own ~/.aws." },
        },
      },
      "default",
    ),
    meaning: "AWS credentials.",
    fallback: "default",
  },
  clientConfigProperties: { shape: { kind: "properties" }, meaning: "Settings of the AWS client." },
};

export function readAccess(spec: SpecReader, direction: "ingress" | "egress", { issues, carries }: ReadContext): KinesisAccess {
  const region = spec.inside("awsRegion");
  const endpoint = region?.text("endpoint");
  if (region !== undefined && endpoint !== undefined && !isHttpUrl(endpoint))
    issues.error(region.position("endpoint"), "`endpoint` is no URL that can be called: write https://host:port.");
  const { settings, errors, warnings } = kinesisSettings(direction, spec.entries("clientConfigProperties"));
  const position = spec.position("clientConfigProperties");
  // On Flink the properties go to Java's client, which knows more of them, so they are not checked here.
  if (carries === true)
    return { region: region?.text("id"), endpoint, credentials: readCredentials(spec.inside("awsCredentials")), settings };
  for (const message of errors) issues.error(position, message);
  for (const message of warnings) issues.warning(position, message);
  return { region: region?.text("id"), endpoint, credentials: readCredentials(spec.inside("awsCredentials")), settings };
}

function readCredentials(spec: SpecReader | undefined): KinesisCredentials {
  const accessKeyId = spec?.secret("accessKeyId");
  const name = spec?.text("profileName");
  if (accessKeyId !== undefined) return { kind: "basic", accessKeyId, secretAccessKey: spec?.secret("secretAccessKey") ?? new Secret("") };
  return name === undefined ? { kind: "default" } : { kind: "profile", name, path: spec?.text("profilePath") };
}

function isHttpUrl(written: string): boolean {
  return URL.canParse(written) && /^https?:$/.test(new URL(written).protocol);
}
