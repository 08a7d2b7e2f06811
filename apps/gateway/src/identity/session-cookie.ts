/**
 * SessionCookie: where a browser keeps the secret of its session. Scripts cannot read it (HttpOnly), no request that another site causes
 * carries it (SameSite=Strict), and over TLS no other host or path can set it (__Host-). Only a page on this machine may have it without
 * TLS.
 * Guarantee: a request that came over TLS is read by the __Host- name alone. Any host of the same domain, and anybody who sits in a
 * connection without TLS, can make a browser send the other name with a session, or a sign-in at the provider, of their own.
 */

const overTls = "__Host-signalbox";
const onLoopback = "signalbox";
const cookieCharactersMax = 16_384;
/** Our secrets are shorter. A longer text that somebody else put there must not keep anybody from signing in. */
const secretCharactersMax = 200;

/** How the request came here (listener/proxies.ts). */
export interface Way {
  readonly isOverTls: boolean;
}

/** Returns the secret in a Cookie header; of two, the one under the name that needs TLS counts. */
export function readSessionCookie(header: string | undefined, way: Way): string | undefined {
  const secret = readCookie(header, overTls, way.isOverTls ? undefined : onLoopback);
  return secret !== undefined && secret.length <= secretCharactersMax ? secret : undefined;
}

function readCookie(header: string | undefined, strict: string, loose: string | undefined): string | undefined {
  if (header === undefined || header.length > cookieCharactersMax) return undefined;
  let plain: string | undefined;
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, equals).trim();
    if (name === strict) return part.slice(equals + 1).trim();
    if (name === loose) plain = part.slice(equals + 1).trim();
  }
  return plain;
}

export function sessionCookie(secret: string, { secure, maxAgeSeconds }: { secure: boolean; maxAgeSeconds: number }): string {
  return `${secure ? overTls : onLoopback}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? "; Secure" : ""}`;
}

/**
 * The cookies of a sign-in at the identity provider, which is another site. They are Lax, because the person returns by following a link
 * from there.
 */
const overTlsFlow = "__Host-signalbox-sign-in";
const onLoopbackFlow = "signalbox-sign-in";

export function flowCookie(flow: string, { secure, maxAgeMs }: { secure: boolean; maxAgeMs: number }): string {
  const name = secure ? overTlsFlow : onLoopbackFlow;
  return `${name}=${flow}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(maxAgeMs / 1_000)}${secure ? "; Secure" : ""}`;
}

export function endedFlowCookie({ secure }: { secure: boolean }): string {
  return flowCookie("", { secure, maxAgeMs: 0 });
}

export function readFlowCookie(header: string | undefined, way: Way): string | undefined {
  return readCookie(header, overTlsFlow, way.isOverTls ? undefined : onLoopbackFlow);
}

/** Ends both cookies, because a proxy may have changed since one was set. */
export function endedCookies(): string[] {
  return [
    `${overTls}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure`,
    `${onLoopback}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`,
  ];
}
