/** The webhook ingress as a declaration: what its spec looks like. webhook-ingress.ts takes the requests and is loaded when one opens. */
import { isBuiltInTypename } from "@signalbox/proto";
import { checkId } from "@signalbox/runtime";
import { duration, listOf, text, typename, variants, type Fields } from "../../shape/shape.ts";
import type { Secret } from "../../shape/secret.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import { ingress, type ReadContext } from "../connector.ts";
import { ioId, readId } from "../io-id.ts";
import { headerPattern, stringType, type Place, type Signature, type WebhookSpec } from "./webhook-spec.ts";
import { isPointer } from "../../shape/json-pointer.ts";

const toleranceMsDefault = 5 * 60_000;
/** SIGNALBOX_IDEMPOTENCY_KEY_AGE_MS unless it is set: a module is read without the settings. */
const keysKeptMsUsual = 24 * 3_600_000;
const secretsMax = 8;
/** Standard Webhooks require 24 bytes; a key that decodes to less than this is a mistake. */
const keyBytesMin = 16;

const secrets: Fields = {
  secrets: {
    shape: listOf(text, 1),
    required: true,
    secret: "by-reference",
    meaning: "Secrets that a request may be signed with, each ${NAME}; two while one replaces the other.",
  },
};
const tolerance: Fields = {
  tolerance: { shape: duration, meaning: "How far the time of a signature may be from ours.", fallback: "5 min" },
};
const pointer = {
  pointer: { shape: text, required: true, meaning: "JSON pointer into the body, such as /data/customer." },
} as const satisfies Fields;
const header = {
  header: { shape: text, required: true, meaning: "Name of the header." },
} as const satisfies Fields;

export const webhookIngress = ingress<WebhookSpec>({
  direction: "ingress",
  kind: "io.signalbox.webhook.v1/ingress",
  word: "webhook",
  meaning: "Takes signed requests of other services at a path of the gateway's own port, each once.",
  shape: {
    id: ioId,
    path: { shape: { kind: "text", form: "path" }, required: true, meaning: "Where requests are sent: /hooks/<path>." },
    target: { shape: typename, required: true, meaning: "Function type that receives each request." },
    entityId: {
      shape: variants({ pointer, header, fixed: { id: { shape: text, required: true, meaning: "The id of all requests." } } }),
      required: true,
      meaning: "Which entity of the target a request is for.",
    },
    value: { shape: { kind: "word", words: ["json", "bytes"] }, meaning: "Whether the body must be JSON, or any bytes.", fallback: "json" },
    valueType: { shape: typename, meaning: "Typename that the values get; the body is the value.", fallback: stringType },
    signature: {
      shape: variants({
        standard: { ...secrets, ...tolerance },
        github: secrets,
        stripe: { ...secrets, ...tolerance, header: { shape: text, meaning: "Header of the signature.", fallback: "stripe-signature" } },
        none: {},
      }),
      required: true,
      meaning: "How requests are signed: as Standard Webhooks, GitHub or Stripe sign; none takes what anybody sends.",
    },
    deliveryId: {
      shape: variants({ pointer, header, body: {} }),
      meaning: "What tells a repeat: a field, a header, or that the body is the same.",
      fallback: "webhook-id, x-github-delivery, the field /id for stripe, idempotency-key for none",
    },
    hosts: {
      shape: { kind: "word", words: ["own", "any"] },
      meaning: "By which names it may be called: the gateway's own, or any (only with a signature).",
      fallback: "own",
    },
  },
  // So its path can be published as soon as the module is applied, and is open from the first moment after a restart.
  opensWithModule: true,
  read(spec, context) {
    const id = readId(spec, "ingress");
    const path = spec.text("path") ?? "";
    const signature = readSignature(spec, context);
    return {
      id: id.id,
      claims: [...id.claims, { key: `hook ${path}`, what: `The path /hooks/${path}`, position: spec.position("path") }],
      spec: {
        path,
        target: spec.text("target") ?? "",
        entityId: readEntityId(spec, context),
        isJson: spec.text("value")?.toLowerCase() !== "bytes",
        valueType: readValueType(spec, context),
        signature,
        deliveryId: readPlace(spec, "deliveryId", context) ?? deliveryIdOf[signature.kind],
        anyHost: readAnyHost(spec, signature, context),
      },
    };
  },
  open: async (spec, context) => (await import("./webhook-ingress.ts")).openWebhookIngress(spec, context),
});

const deliveryIdOf: Readonly<Record<Signature["kind"], Place>> = {
  standard: { kind: "header", header: "webhook-id" },
  github: { kind: "header", header: "x-github-delivery" },
  stripe: { kind: "pointer", pointer: "/id" },
  none: { kind: "header", header: "idempotency-key", optional: true },
};

function readEntityId(spec: SpecReader, context: ReadContext): WebhookSpec["entityId"] {
  const inside = spec.inside("entityId");
  if (inside?.text("type") !== "fixed") return readPlace(spec, "entityId", context) ?? { kind: "pointer", pointer: "" };
  const id = inside.text("id") ?? "";
  const wrong = checkId(id);
  if (wrong !== undefined) context.issues.error(inside.position("id"), `\`spec.entityId.id\` cannot be used: ${wrong}.`);
  return { kind: "fixed", id };
}

function readPlace(spec: SpecReader, name: string, { issues }: ReadContext): Place | undefined {
  const inside = spec.inside(name);
  if (inside === undefined) return undefined;
  switch (inside.text("type")) {
    case "body":
      return { kind: "body" };
    case "header": {
      const named = (inside.text("header") ?? "").toLowerCase();
      if (!headerPattern.test(named)) issues.error(inside.position("header"), `\`spec.${name}.header\` is no name of a header.`);
      return { kind: "header", header: named };
    }
    default: {
      const written = inside.text("pointer") ?? "";
      if (!isPointer(written))
        issues.error(inside.position("pointer"), `\`spec.${name}.pointer\` is no JSON pointer: write /field or /field/inner.`);
      return { kind: "pointer", pointer: written };
    }
  }
}

function readSignature(spec: SpecReader, { issues }: ReadContext): Signature {
  const inside = spec.inside("signature");
  const type = inside?.text("type");
  if (inside === undefined || type === "none") return { kind: "none" };
  const held = inside.secrets("secrets");
  if (held.length > secretsMax) issues.error(inside.position("secrets"), `\`spec.signature.secrets\` has more than ${secretsMax} secrets.`);
  const toleranceMs = inside.durationMs("tolerance") ?? toleranceMsDefault;
  // A signature is good from that long before its time to that long after it.
  if (2 * toleranceMs > keysKeptMsUsual)
    issues.warning(
      inside.position("tolerance"),
      "A delivery is good for twice `spec.signature.tolerance`, and known as a repeat for as long as idempotency keys are kept (SIGNALBOX_IDEMPOTENCY_KEY_AGE_MS, a day unless it is set): who holds one can send it again after that.",
      "tolerance: 5min",
    );
  if (type === "standard") {
    // The issue never contains the secrets themselves.
    if (!held.every(isKey))
      issues.error(
        inside.position("secrets"),
        `Secrets of Standard Webhooks are base64 of at least ${keyBytesMin} bytes, with or without whsec_ before it; one of these is not.`,
      );
    return { kind: "standard", secrets: held, toleranceMs };
  }
  if (type === "github") return { kind: "github", secrets: held };
  const named = (inside.text("header") ?? "stripe-signature").toLowerCase();
  if (!headerPattern.test(named)) issues.error(inside.position("header"), "`spec.signature.header` is no name of a header.");
  return { kind: "stripe", secrets: held, toleranceMs, header: named };
}

function isKey(secret: Secret): boolean {
  const base64 = secret.reveal().replace(/^whsec_/, "");
  return /^[A-Za-z0-9+/]+=*$/.test(base64) && Buffer.from(base64, "base64").length >= keyBytesMin;
}

function readValueType(spec: SpecReader, { issues }: ReadContext): string {
  const written = spec.text("valueType") ?? stringType;
  if (written !== stringType && isBuiltInTypename(written))
    issues.error(
      spec.position("valueType"),
      `A body is no ${written}: write ${stringType} for its text, or a type of your own.`,
      stringType,
    );
  return written;
}

function readAnyHost(spec: SpecReader, signature: Signature, { issues }: ReadContext): boolean {
  const any = spec.text("hosts")?.toLowerCase() === "any";
  if (any && signature.kind === "none")
    issues.error(spec.position("hosts"), "`hosts: any` needs a signature: without one, any web page could send messages here.", "own");
  return any;
}
