/**
 * SigningKey: reads the ed25519 key with which calls to functions are signed from a module's text (TransportOptions.signingKey).
 * Neighbours: the gateway checks it where it is declared and shows the public key; the engine's request-signer.ts signs.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { TransportOptions } from "./model/endpoint-spec.ts";

/** The bytes before the 32-byte seed in PKCS#8, for keys that are given as a seed only. */
const pkcs8OfSeed = Buffer.from("302e020100300506032b657004220420", "hex");
const seedBytes = 32;
/** How many bytes are before the 32-byte public key in SPKI. */
const spkiHeadBytes = 12;

export type SigningKey =
  | { readonly kind: "ok"; readonly key: KeyObject; readonly publicKey: string }
  | { readonly kind: "error"; readonly reason: string };

/** PKCS#8 in PEM, or the seed as base64. `publicKey`: the 32 bytes as base64. */
export function readSigningKey(text: string): SigningKey {
  try {
    const seed = Buffer.from(text.trim(), "base64");
    const key = text.includes("-----BEGIN")
      ? createPrivateKey(text)
      : createPrivateKey({
          key: Buffer.concat([pkcs8OfSeed, seed.length === seedBytes ? seed : Buffer.alloc(0)]),
          format: "der",
          type: "pkcs8",
        });
    if (key.asymmetricKeyType !== "ed25519") return { kind: "error", reason: `it is a key of ${String(key.asymmetricKeyType)}` };
    return { kind: "ok", key, publicKey: publicBytes(key).toString("base64") };
  } catch {
    return { kind: "error", reason: "it is neither PKCS#8 in PEM nor 32 bytes as base64" };
  }
}

/** The 32 bytes of the public key. */
export function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(spkiHeadBytes);
}

/** The public key of an endpoint whose calls are signed, as base64; functions check signatures with it. */
export function publicKeyOf({ signingKey }: Pick<TransportOptions, "signingKey">): string | undefined {
  const read = signingKey === undefined ? undefined : readSigningKey(signingKey);
  return read?.kind === "ok" ? read.publicKey : undefined;
}
