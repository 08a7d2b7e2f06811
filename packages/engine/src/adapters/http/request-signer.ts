/**
 * RequestSigner: signs the body of a call to functions with the endpoint's ed25519 key, so that functions can tell this gateway from
 * anybody else who can connect to them. Neighbours: transport-http.ts and transport-http2.ts send the header;
 * packages/sdk/src/hosts/verify.ts is the other side.
 *
 *   signalbox-signature: t=<seconds since 1970>,k=<first 8 bytes of the sha256 of the public key, hex>,v1=<signature, base64>
 *
 * What is signed: the text `v1.<t>.` and then the body. The body names the function and the entity, so a signature is valid for no other
 * request.
 */
import { createHash, sign, type KeyObject } from "node:crypto";
import { publicBytes } from "@signalbox/runtime/signing-key";

export const signatureHeader = "signalbox-signature";
export class RequestSigner {
  readonly #key: KeyObject;
  readonly #keyId: string;
  readonly #nowMs: () => number;

  constructor(key: KeyObject, nowMs: () => number) {
    this.#key = key;
    this.#keyId = createHash("sha256").update(publicBytes(key)).digest("hex").slice(0, 16);
    this.#nowMs = nowMs;
  }

  /** The header's value. */
  sign(body: Uint8Array): string {
    const seconds = Math.floor(this.#nowMs() / 1000);
    const signature = sign(null, Buffer.concat([Buffer.from(`v1.${seconds}.`), body]), this.#key);
    return `t=${seconds},k=${this.#keyId},v1=${signature.toString("base64")}`;
  }
}
