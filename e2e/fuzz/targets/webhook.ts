/**
 * Target webhook: requests of senders of webhooks, signed as Standard Webhooks, GitHub and Stripe sign, then changed. What is signed right
 * is taken; with one byte of the body, the id or the time changed it is not; headers of any text refuse with words and never throw. A
 * request that is taken becomes the same message each time, whose id an entity can have and whose key has a bounded length, or a coded
 * refusal. Neighbour: check-signature.test.ts has the examples of the three.
 */
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { checkId } from "@signalbox/runtime";
import { GatewayError } from "../../../apps/gateway/src/contract/problem.ts";
import { checkSignature, type SignedRequest } from "../../../apps/gateway/src/connectors/webhook/check-signature.ts";
import { webhookMessage } from "../../../apps/gateway/src/connectors/webhook/webhook-message.ts";
import type { Signature, WebhookSpec } from "../../../apps/gateway/src/connectors/webhook/webhook-spec.ts";
import { Secret } from "../../../apps/gateway/src/shape/secret.ts";
import { edited, edits, oddTexts } from "../bytes.ts";
import { must, mustBeCoded, type FuzzTarget } from "../fuzz-target.ts";

type Kind = Signature["kind"];

export interface WebhookCase {
  readonly kind: Kind;
  readonly body: Uint8Array;
  /** What becomes of the body on its way. */
  readonly changes: Parameters<typeof edited>[1];
  readonly headers: Readonly<Record<string, string>>;
  readonly entityId: string;
  readonly deliveryId: string;
  readonly isJson: boolean;
}

const nowMs = 1_700_000_000_000;
const key = Buffer.from("a key of thirty-two bytes, or so").toString("base64");
const secret = new Secret(key);
const signatures: Readonly<Record<Kind, Signature>> = {
  none: { kind: "none" },
  github: { kind: "github", secrets: [secret] },
  stripe: { kind: "stripe", secrets: [secret], toleranceMs: 300_000, header: "stripe-signature" },
  standard: { kind: "standard", secrets: [secret], toleranceMs: 300_000 },
};

const hex = (...parts: (string | Buffer)[]): string =>
  parts.reduce((mac, part) => mac.update(part), createHmac("sha256", key)).digest("hex");

/** The headers of a sender that knows the secret; written here a second time, so that it is not the check's own code. */
function signed(kind: Kind, body: Buffer): Record<string, string> {
  const seconds = String(nowMs / 1_000);
  switch (kind) {
    case "none":
      return {};
    case "github":
      return { "x-hub-signature-256": `sha256=${hex(body)}` };
    case "stripe":
      return { "stripe-signature": `t=${seconds},v1=${hex(`${seconds}.`, body)}` };
    case "standard": {
      const mac = createHmac("sha256", Buffer.from(key, "base64")).update(`m1.${seconds}.`).update(body).digest("base64");
      return { "webhook-id": "m1", "webhook-timestamp": seconds, "webhook-signature": `v1,${mac}` };
    }
  }
}

const odd = fc
  .oneof(fc.constantFrom(...oddTexts), fc.string({ unit: "binary", maxLength: 30 }))
  .map((text) => Buffer.from(text.slice(0, 5_000)).toString("latin1"));
const names = [
  "webhook-id",
  "webhook-timestamp",
  "webhook-signature",
  "x-hub-signature-256",
  "stripe-signature",
  "x-id",
  "traceparent",
  "tracestate",
];
const header = fc.tuple(
  fc.constantFrom(...names),
  fc.oneof(fc.constantFrom("1700000000", "0", "t=1,v1=", "v1,", "v1, v1,AA==", "sha256=", `sha256=${"0".repeat(64)}`, "order-1", ""), odd),
);
const body = fc.oneof(
  { weight: 4, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  {
    weight: 2,
    arbitrary: fc.record({ id: fc.oneof(odd, fc.double(), fc.integer()), a: fc.object() }).map((one) => Buffer.from(JSON.stringify(one))),
  },
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(`${"[".repeat(5_000)}${"]".repeat(5_000)}`, '{"id":1e400}', '{"id":9007199254740993}', '{"__proto__":{"id":"x"}}')
    .map((text) => Buffer.from(text)),
);
const place = fc.constantFrom("/id", "", "/a/0", "/__proto__/id", "x-id", "body", "fixed");

export const webhook: FuzzTarget<WebhookCase> = {
  name: "webhook",
  caseMsMax: 2_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases: fc.record({
    kind: fc.constantFrom<Kind>("none", "github", "stripe", "standard"),
    body,
    changes: edits,
    headers: fc.array(header, { maxLength: 4 }).map((all) => Object.fromEntries(all)),
    entityId: place,
    deliveryId: place,
    isJson: fc.boolean(),
  }),
  open: async () => ({ run: async (fuzzCase) => outcomeOf(fuzzCase), [Symbol.asyncDispose]: async () => undefined }),
};

function requestOf(headers: Readonly<Record<string, string>>, body: Buffer): SignedRequest {
  return { header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined), body };
}

function outcomeOf(fuzzCase: WebhookCase): string {
  const { kind, headers } = fuzzCase;
  const sent = Buffer.from(fuzzCase.body);
  const own = signed(kind, sent);
  const check = (given: Readonly<Record<string, string>>, arrived: Buffer) =>
    checkSignature(signatures[kind], requestOf(given, arrived), nowMs);
  must(check({ ...headers, ...own }, sent).kind === "right", () => `${kind}: what is signed right is refused`);
  const arrived = Buffer.from(edited(sent, fuzzCase.changes));
  const isSame = arrived.equals(sent);
  must(
    kind === "none" || check({ ...headers, ...own }, arrived).kind === (isSame ? "right" : "wrong"),
    () => `${kind}: a changed body is taken`,
  );
  mustNoticeHead(kind, sent);
  const foreign = check(headers, arrived);
  must(kind === "none" || foreign.kind === "wrong", () => `${kind}: taken without a signature`);
  must(foreign.kind === "right" || foreign.reason.trim() !== "", () => "refused without a word");
  return messageOf(fuzzCase, requestOf(headers, arrived));
}

/** The time and the id are signed too. */
function mustNoticeHead(kind: Kind, body: Buffer): void {
  const own = signed(kind, body);
  const later: Record<string, string> = {
    ...own,
    ...(kind === "stripe" ? { "stripe-signature": own["stripe-signature"]?.replace("t=1700000000", "t=1700000001") ?? "" } : {}),
    ...(kind === "standard" ? { "webhook-timestamp": "1700000001" } : {}),
  };
  const isTimed = kind === "stripe" || kind === "standard";
  const check = (given: Record<string, string>) => checkSignature(signatures[kind], requestOf(given, body), nowMs).kind;
  must(!isTimed || check(later) === "wrong", () => `${kind}: another time is taken`);
  must(kind !== "standard" || check({ ...own, "webhook-id": "m2" }) === "wrong", () => "another id is taken");
}

function messageOf({ kind, entityId, deliveryId, isJson }: WebhookCase, request: SignedRequest): string {
  const spec: WebhookSpec = {
    path: "/fuzz",
    target: "test/visits",
    entityId: entityId === "fixed" ? { kind: "fixed", id: "one" } : placeOf(entityId),
    isJson,
    valueType: "io.statefun.types/string",
    signature: signatures[kind],
    deliveryId: deliveryId === "fixed" ? { kind: "header", header: "x-id", optional: true } : placeOf(deliveryId),
    anyHost: true,
  };
  try {
    const message = webhookMessage("fuzz/hook", spec, request);
    must(checkId(message.target.id) === undefined, () => `an id that no entity can have: ${JSON.stringify(message.target.id)}`);
    must((message.idempotencyKey ?? "").length <= 256, () => "a key without a bound");
    must(JSON.stringify(webhookMessage("fuzz/hook", spec, request)) === JSON.stringify(message), () => "another message the second time");
    return `ok ${kind}`;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return mustBeCoded(error, "webhook");
  }
}

function placeOf(text: string): { kind: "body" } | { kind: "header"; header: string } | { kind: "pointer"; pointer: string } {
  if (text === "body") return { kind: "body" };
  return text === "x-id" ? { kind: "header", header: text } : { kind: "pointer", pointer: text };
}
