/**
 * Secrets: what sessions, tokens and links are made of, and what is stored of them. Each has 256 random bits, so a plain sha256 is enough,
 * because no guessing is possible that a slow hash would slow down (passwords are different: password.ts).
 */
import { hash, randomBytes } from "node:crypto";

const secretBytes = 32;
const tokenPrefix = "sb_";

export function newSecret(): string {
  return randomBytes(secretBytes).toString("base64url");
}

export function newToken(): string {
  return tokenPrefix + newSecret();
}

/** Makes a random identifier for a stored thing, which reveals nothing about it. */
export function newId(): string {
  return randomBytes(9).toString("base64url");
}

export function secretHash(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** Returns the first and last characters of a token, by which people recognise it. */
export function tokenHint(token: string): string {
  return `${token.slice(0, tokenPrefix.length + 2)}…${token.slice(-2)}`;
}

/** Returns false for a hint that is the name in a client certificate, with which a machine signs in instead of a token. */
export function isTokenHint(hint: string): boolean {
  return hint.startsWith(tokenPrefix);
}
