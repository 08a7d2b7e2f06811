/**
 * checkSignature: whether a request was signed by somebody who has one of the secrets, as Standard Webhooks, GitHub or Stripe sign. Pure,
 * because the time is an argument. Comparisons take constant time, and a refusal says what is wrong without revealing what would be right.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../shape/secret.ts";
import type { Signature } from "./webhook-spec.ts";

export interface SignedRequest {
  /** The header with one character per byte, as node:http gives it; undefined when it was not sent. */
  header(name: string): string | undefined;
  readonly body: Buffer;
}

export type SignatureCheck = { readonly kind: "right" } | { readonly kind: "wrong"; readonly reason: string };

/** How many signatures of one request are checked; a rotation of keys never needs more. */
const signaturesMax = 20;
const right: SignatureCheck = { kind: "right" };

export function checkSignature(signature: Signature, request: SignedRequest, nowMs: number): SignatureCheck {
  switch (signature.kind) {
    case "none":
      return right;
    case "github":
      return checkGithub(signature.secrets, request);
    case "stripe":
      return checkStripe(signature, request, nowMs);
    case "standard":
      return checkStandard(signature, request, nowMs);
  }
}

function checkStandard(
  { secrets, toleranceMs }: Extract<Signature, { kind: "standard" }>,
  { header, body }: SignedRequest,
  nowMs: number,
): SignatureCheck {
  const [id, timestamp, signatures] = [header("webhook-id"), header("webhook-timestamp"), header("webhook-signature")];
  if (id === undefined || timestamp === undefined || signatures === undefined)
    return wrong("it lacks webhook-id, webhook-timestamp or webhook-signature");
  const outside = outsideTolerance(timestamp, toleranceMs, nowMs);
  if (outside !== undefined) return outside;
  const sent = signatures.split(" ").flatMap((part) => (part.startsWith("v1,") ? [Buffer.from(part.slice(3), "base64")] : []));
  const head = Buffer.from(`${id}.${timestamp}.`, "latin1");
  const keys = secrets.map((secret) => Buffer.from(secret.reveal().replace(/^whsec_/, ""), "base64"));
  return oneOf(
    sent,
    keys.map((key) => createHmac("sha256", key).update(head).update(body).digest()),
  );
}

function checkGithub(secrets: readonly Secret[], { header, body }: SignedRequest): SignatureCheck {
  const sent = header("x-hub-signature-256");
  if (sent === undefined) return wrong("it lacks x-hub-signature-256");
  const [, hex = ""] = /^sha256=([0-9a-f]{64})$/i.exec(sent) ?? [];
  return oneOf(
    [Buffer.from(hex, "hex")],
    secrets.map((secret) => createHmac("sha256", secret.reveal()).update(body).digest()),
  );
}

function checkStripe(
  { secrets, toleranceMs, header: name }: Extract<Signature, { kind: "stripe" }>,
  { header, body }: SignedRequest,
  nowMs: number,
): SignatureCheck {
  const written = header(name);
  if (written === undefined) return wrong(`it lacks ${name}`);
  const parts = written.split(",").map((part) => part.trim());
  const timestamp = parts.find((part) => part.startsWith("t="))?.slice(2) ?? "";
  const outside = outsideTolerance(timestamp, toleranceMs, nowMs);
  if (outside !== undefined) return outside;
  const sent = parts.flatMap((part) => (/^v1=[0-9a-f]{64}$/i.test(part) ? [Buffer.from(part.slice(3), "hex")] : []));
  return oneOf(
    sent,
    secrets.map((secret) => createHmac("sha256", secret.reveal()).update(`${timestamp}.`).update(body).digest()),
  );
}

/** Checks both directions: a signature with a future time would stay valid for longer than intended. */
function outsideTolerance(timestamp: string, toleranceMs: number, nowMs: number): SignatureCheck | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return wrong("its time is no number of seconds");
  const apartMs = Math.abs(nowMs - Number(timestamp) * 1000);
  return apartMs > toleranceMs ? wrong(`its time is ${Math.round(apartMs / 1000)} s away from ours`) : undefined;
}

function oneOf(sent: readonly Buffer[], expected: readonly Buffer[]): SignatureCheck {
  const found = sent
    .slice(0, signaturesMax)
    .some((one) => expected.filter((other) => one.length === other.length && timingSafeEqual(one, other)).length > 0);
  return found ? right : wrong("it was signed with another secret, or changed on its way");
}

function wrong(reason: string): SignatureCheck {
  return { kind: "wrong", reason };
}
