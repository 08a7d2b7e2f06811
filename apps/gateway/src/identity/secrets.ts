/**
 * Secrets: what sessions, tokens and links are made of, and what is kept of them. Each is 256 random bits, so that a plain sha256 is enough:
 * there is nothing to guess that a slow hash would slow down (passwords are another matter: password.ts).
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

/** A name for what is kept, which says nothing. */
export function newId(): string {
  return randomBytes(9).toString("base64url");
}

export function secretHash(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** Its ends, by which people recognise it. */
export function tokenHint(token: string): string {
  return `${token.slice(0, tokenPrefix.length + 2)}…${token.slice(-2)}`;
}

/** False: it is the name in a client certificate, by which a machine goes instead of a token. */
export function isTokenHint(hint: string): boolean {
  return hint.startsWith(tokenPrefix);
}
