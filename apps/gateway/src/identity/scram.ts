/**
 * Scram: SCRAM-SHA-256 (RFC 5802, 7677), by which a client proves that it has a token without sending it, and this side proves that it
 * knows the token. What is stored for this lets nobody sign in. Neighbours: services/people makes verifiers, surfaces/postgres/ asks for
 * proofs.
 */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** The secret has 256 random bits, so more rounds would slow down nobody but the client. */
const rounds = 4096;
const saltBytes = 16;
const keyBytes = 32;
const nonceBytes = 18;

interface Verifier {
  readonly rounds: number;
  readonly salt: string;
  readonly stored: Buffer;
  readonly server: Buffer;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();
const derive = promisify(pbkdf2);

/** Returns the verifier in the form in which PostgreSQL stores it: `SCRAM-SHA-256$<rounds>:<salt>$<stored key>:<server key>`. */
export async function scramVerifier(secret: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const salted = await derive(secret, salt, rounds, keyBytes, "sha256");
  const stored = sha256(hmac(salted, "Client Key")).toString("base64");
  return `SCRAM-SHA-256$${rounds}:${salt.toString("base64")}$${stored}:${hmac(salted, "Server Key").toString("base64")}`;
}

export function parseVerifier(text: string): Verifier | undefined {
  const found = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/.exec(text);
  if (found === null) return undefined;
  const [, count = "", salt = "", stored = "", server = ""] = found;
  const verifier = { rounds: Number(count), salt, stored: Buffer.from(stored, "base64"), server: Buffer.from(server, "base64") };
  return verifier.stored.length === keyBytes && verifier.server.length === keyBytes ? verifier : undefined;
}

/**
 * Makes a verifier for a name that nobody has. Its salt is the same each time, so the name cannot be told from a real one, and no proof
 * fits it.
 */
function nobodys(name: string, seed: Buffer): Verifier {
  const salt = hmac(seed, name).subarray(0, saltBytes).toString("base64");
  return { rounds, salt, stored: randomBytes(keyBytes), server: randomBytes(keyBytes) };
}

const seed = randomBytes(keyBytes);

export interface ScramExchange {
  /** The server's first message. */
  readonly challenge: string;
  /** Returns the server's final message; undefined when the proof is wrong. */
  finish(clientFinal: string): string | undefined;
}

/** Returns undefined when the text is no valid first message of a client. */
export function beginScram(
  clientFirst: string,
  { name, verifier }: { name: string; verifier: string | undefined },
): ScramExchange | undefined {
  // There is no channel binding: `y` says that the client supports it and was not offered it.
  const found = /^([ny],(?:a=[^,]*)?,)((?:n=[^,]*),r=([\x21-\x2b\x2d-\x7e]{1,200}))$/.exec(clientFirst);
  if (found === null) return undefined;
  const [, header = "", bare = "", clientNonce = ""] = found;
  const known = verifier === undefined ? undefined : parseVerifier(verifier);
  const { rounds: count, salt, stored, server } = known ?? nobodys(name, seed);
  const nonce = clientNonce + randomBytes(nonceBytes).toString("base64");
  const challenge = `r=${nonce},s=${salt},i=${count}`;
  const binding = Buffer.from(header).toString("base64");
  return {
    challenge,
    finish(clientFinal) {
      const parts = /^(c=([A-Za-z0-9+/=]*),r=([^,]*)),p=([A-Za-z0-9+/=]{1,100})$/.exec(clientFinal);
      if (parts === null) return undefined;
      const [, withoutProof = "", bound = "", answered = "", proofText = ""] = parts;
      const proof = Buffer.from(proofText, "base64");
      if (bound !== binding || answered !== nonce || proof.length !== keyBytes) return undefined;
      const said = `${bare},${challenge},${withoutProof}`;
      const signature = hmac(stored, said);
      const clientKey = Buffer.from(proof.map((byte, at) => byte ^ (signature[at] ?? 0)));
      const isRight = timingSafeEqual(sha256(clientKey), stored);
      return isRight && known !== undefined ? `v=${hmac(server, said).toString("base64")}` : undefined;
    },
  };
}
