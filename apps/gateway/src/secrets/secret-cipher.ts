/**
 * SecretCipher: seals texts with AES-256-GCM under the operator's key and opens them again. The name is a part of what is sealed, so a row
 * of the database that was copied under another name does not open. Of several keys the first one seals and all of them open, so a key is
 * replaced without a gap.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = "aes-256-gcm";

export type Opened =
  | { readonly kind: "opened"; readonly text: string /** Whether the key that seals now sealed it. */; readonly isFresh: boolean }
  /** Another key sealed it, or it was changed. */
  | { readonly kind: "locked" };

export class SecretCipher {
  readonly #keys: readonly Buffer[];

  /** Takes at least one key; each has keyBytes bytes. */
  constructor(keys: readonly Buffer[]) {
    this.#keys = keys;
  }

  seal(name: string, text: string): string {
    const [key] = this.#keys;
    if (key === undefined) throw new Error("a cipher has at least one key");
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(name, "utf8"));
    const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return ["v1", keyId(key), Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString("base64")].join(".");
  }

  open(name: string, sealed: string): Opened {
    const [version, id, base64 = ""] = sealed.split(".");
    const index = this.#keys.findIndex((key) => keyId(key) === id);
    const key = this.#keys[index];
    const bytes = Buffer.from(base64, "base64");
    if (version !== "v1" || key === undefined || bytes.length < nonceBytes + tagBytes) return { kind: "locked" };
    try {
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes))
        .setAAD(Buffer.from(name, "utf8"))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString("utf8");
      return { kind: "opened", text, isFresh: index === 0 };
    } catch {
      return { kind: "locked" };
    }
  }
}

/** Returns a short text that tells keys apart and reveals nothing of them. */
function keyId(key: Buffer): string {
  return createHash("sha256").update("signalbox secret key").update(key).digest("hex").slice(0, 8);
}
