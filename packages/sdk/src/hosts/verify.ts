/**
 * Verify: whether a call comes from a gateway that holds a signing key (`signingKey` of the endpoint). For hosts over HTTP; Web Crypto, so
 * that it runs on workers too. Neighbour: the engine's request-signer.ts, which says what is signed. Guarantee: when keys are given, a call
 * that is not signed with one of them within the tolerance runs nothing.
 */
export const signatureHeader = "signalbox-signature";
const toleranceMsDefault = 300_000;

export interface VerifyOptions {
  /**
   * Public keys as base64, as Functions → endpoint and GET /v1/endpoints show them; several while a key is replaced. When absent, every
   * call is accepted.
   */
  readonly signedBy?: readonly string[];
  /** How much the gateway's clock may differ from this one; 5 minutes by default. */
  readonly signatureToleranceMs?: number;
}

/** Resolves with undefined when the call may run, else with the reason. */
export type Verify = (header: string | null | undefined, body: Uint8Array) => Promise<string | undefined>;

/** undefined when calls need no signature. Throws a TypeError for an invalid public key. */
export function createVerify({ signedBy, signatureToleranceMs = toleranceMsDefault }: VerifyOptions): Verify | undefined {
  if (signedBy === undefined) return undefined;
  const keys = signedBy.map((text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    if (bytes.length !== 32) throw new TypeError("signedBy: a public key is 32 bytes as base64");
    return crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
  });
  // On a platform without Ed25519 the first call reports it, so the rejection is not unhandled here.
  for (const key of keys) key.catch(() => undefined);
  return async (header, body) => {
    const [, seconds = "", base64 = ""] = /^t=(\d{1,12}),k=[0-9a-f]{16},v1=([A-Za-z0-9+/]{86}==)$/.exec(header ?? "") ?? [];
    if (base64 === "") return header ? `${signatureHeader} cannot be read` : `${signatureHeader} is missing`;
    if (Math.abs(Date.now() - Number(seconds) * 1000) > signatureToleranceMs) return "the signature is too old, or a clock is wrong";
    const signature = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const prefix = new TextEncoder().encode(`v1.${seconds}.`);
    const signed = new Uint8Array(prefix.length + body.length);
    signed.set(prefix);
    signed.set(body, prefix.length);
    for (const key of await Promise.all(keys)) if (await crypto.subtle.verify("Ed25519", key, signature, signed)) return undefined;
    return "no key of signedBy made the signature";
  };
}
