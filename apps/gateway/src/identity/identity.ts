/**
 * Identity: who a request's credentials belong to, and whether callers have to sign in. It is the only place that knows sessions and
 * tokens.
 * Neighbours: the surfaces hand it headers and get a principal (surfaces/principal-of.ts); services/people/ manage what it reads.
 * Guarantee: off loopback somebody has to sign in, whatever the catalog holds. A caller with a credential that is no longer good is refused
 * and not treated as anonymous, so that a program notices.
 */
import { anonymous, localPerson, type OuterDoor, type Principal } from "../contract/principal.ts";
import { GatewayError } from "../contract/problem.ts";
import { everyNamespace, type Rights } from "../contract/roles.ts";
import type { IdentityCatalog, TokenRecord, UserRecord } from "../catalog/identity-catalog.ts";
import { CredentialCache, type CacheLimits, type Known } from "./credential-cache.ts";
import { certificateHash, refusedCertificate, type ClientCertificate } from "./client-certificate.ts";
import { isTokenHint, newSecret, secretHash } from "./secrets.ts";
import { readSessionCookie } from "./session-cookie.ts";
import type { LoginReason, LoginSetting, SessionTimes } from "./session-times.ts";
import { Standing } from "./standing.ts";

export interface Credentials {
  /** The value of the header with that name. */
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** Whether the cookie came over TLS; absent means that it did not. */
  readonly isOverTls?: boolean;
  /** The certificate that the connection showed in its handshake. */
  readonly certificate?: ClientCertificate | undefined;
  /** The address of a connection, where its certificate is found by it (surfaces/grpc/peer-certificates.ts). */
  readonly peer?: string;
}

/** The part of Identity that surfaces need. */
export interface WhoAsks {
  readonly loginRequired: boolean;
  readonly standing: Pick<Standing, "watch">;
  principalOf(credentials: Credentials, door: OuterDoor): Principal | Promise<Principal>;
}

export interface IdentityOptions extends SessionTimes {
  readonly catalog: IdentityCatalog;
  readonly nowMs: () => number;
  readonly onLoopback: boolean;
  readonly setting: LoginSetting;
  readonly warn: (message: string) => void;
  readonly cache?: CacheLimits;
}

const people: Readonly<Record<OuterDoor, Principal>> = principals(localPerson);
const nobody: Readonly<Record<OuterDoor, Principal>> = principals(anonymous);
/** A session's secret is no token, and a token no session's secret. */
const sessionKey = "s:";
const tokenKey = "t:";
/** Answers for a gateway where nobody has to sign in. */
export const openToAll: WhoAsks = {
  loginRequired: false,
  standing: new Standing(),
  principalOf: (_credentials, door) => people[door],
};
/** The time between two checks of what is open, and between two writes of what was used. */
const sweptEveryMs = 10_000;

export class Identity implements WhoAsks {
  readonly standing = new Standing();
  readonly times: SessionTimes;
  readonly #options: IdentityOptions;
  readonly #cache: CredentialCache;
  /** The name under which the certificate of an open connection was found. */
  readonly #namesFound = new WeakMap<ClientCertificate, string>();
  #hasAdmin = false;
  /** Whether callers have to sign in. It is a field, because each message reads it. */
  loginRequired: boolean;
  /** The secret of the link by which the first person is made. It exists only while nobody could make other people. */
  #firstLink: string | undefined;

  constructor(options: IdentityOptions) {
    this.#options = options;
    this.times = options;
    this.loginRequired = this.because !== "off";
    const { nowMs, cache } = options;
    this.#cache = new CredentialCache({
      read: (hash) => this.#read(hash),
      nowMs,
      ended: (credential) => this.standing.end(credential),
      ...(cache === undefined ? {} : { limits: cache }),
    });
  }

  /** Reads whether there is somebody who may manage people. Called before the ports open, and after each change of the people. */
  async refresh(): Promise<void> {
    this.#hasAdmin = (await this.#options.catalog.users()).some(isReadyAdmin);
    if (this.#hasAdmin) this.#firstLink = undefined;
    this.loginRequired = this.because !== "off";
  }

  get because(): LoginReason {
    const { onLoopback, setting } = this.#options;
    if (!onLoopback) return "off-loopback";
    if (setting === "on") return "setting";
    return setting === undefined && this.#hasAdmin ? "people" : "off";
  }

  /** The code of the first person's link, made when it is asked for; undefined when there is a person already. */
  firstLink(): string | undefined {
    if (this.#hasAdmin) return undefined;
    this.#firstLink ??= newSecret();
    return this.#firstLink;
  }

  /** True once for the code, unless it is given back. */
  takeFirstLink(code: string): boolean {
    if (this.#firstLink === undefined || this.#hasAdmin || secretHash(code) !== secretHash(this.#firstLink)) return false;
    this.#firstLink = undefined;
    return true;
  }

  giveFirstLinkBack(code: string): void {
    this.#firstLink = code;
  }

  /** Returns at once where nobody has to sign in, and for credentials that were asked for lately. Throws or rejects UNAUTHENTICATED. */
  principalOf({ authorization, cookie, isOverTls = false, certificate }: Credentials, door: OuterDoor): Principal | Promise<Principal> {
    // An assistant gets the rights of its token even where nobody has to sign in.
    if (!this.loginRequired && door !== "mcp") return people[door];
    // Another scheme, or a token of another system, belongs to a proxy before us or to the caller of a hook.
    const token = authorization === undefined ? undefined : bearer(authorization);
    if (token !== undefined) return this.#token(token, door);
    if (!this.loginRequired) return people[door];
    const secret = readSessionCookie(cookie, { isOverTls });
    if (secret !== undefined) return this.#session(secret, door);
    return certificate === undefined ? nobody[door] : this.#certified(certificate, door);
  }

  /**
   * Finds whom the certificate names. A certificate that is not accepted is reported, because its machine would otherwise look for another
   * fault.
   */
  #certified(certificate: ClientCertificate, door: OuterDoor): Principal | Promise<Principal> {
    if (certificate.kind === "refused") throw refusedCertificate(certificate.why);
    if (this.#options.nowMs() >= certificate.untilMs) throw refusedCertificate("it has run out since the connection was made");
    const known = this.#namesFound.get(certificate);
    const found = known === undefined ? undefined : this.#cache.principal(known, door);
    if (found !== undefined && !(found instanceof Promise)) return { ...found, untilMs: certificate.untilMs };
    return this.#machineOf(certificate, door);
  }

  async #machineOf(certificate: Extract<ClientCertificate, { kind: "verified" }>, door: OuterDoor): Promise<Principal> {
    for (const name of certificate.names) {
      const key = tokenKey + certificateHash(name);
      const principal = await this.#cache.principal(key, door);
      if (principal === undefined) continue;
      this.#namesFound.set(certificate, key);
      return { ...principal, untilMs: certificate.untilMs };
    }
    const names = certificate.names.length === 0 ? "it has no name" : `nobody here goes by ${certificate.names.join(" or ")}`;
    throw refusedCertificate(`${names}, or that was revoked or has run out`);
  }

  /**
   * Returns the principal of a caller who has shown in another way that it has the token with this hash (surfaces/postgres). Rejects as
   * principalOf does.
   */
  tokenPrincipal(hash: string, door: OuterDoor): Principal | Promise<Principal> {
    const found = this.#cache.principal(tokenKey + hash, door);
    return found instanceof Promise ? found.then(goodToken) : goodToken(found);
  }

  /**
   * What somebody who began something a while ago may do now, signed in or not. Undefined when they are kept out, or the token was revoked
   * or has run out, or the client certificate has, which vouches for its machine no longer. Rejects while the catalog does not answer.
   */
  async rightsNow({ userId, credential, rights, untilMs }: Principal): Promise<Rights | undefined> {
    const { catalog, nowMs } = this.#options;
    if (untilMs !== undefined && nowMs() >= untilMs) return undefined;
    if (userId !== undefined) {
      const user = await catalog.user({ id: userId });
      return user === undefined || user.disabledMs !== null ? undefined : { kind: "grants", grants: user.grants };
    }
    if (credential === undefined) return rights;
    const token = (await catalog.tokens()).find(({ id }) => credential === `token:${id}`);
    const known = token && knownToken(token);
    return known === undefined || nowMs() >= known.expiresMs ? undefined : known.principal.rights;
  }

  /** Ends what was opened with these credentials; they are asked for again. */
  forget(which: { readonly credential: string } | { readonly userId: string }): void {
    const isMeant = ({ credential, principal }: Known): boolean =>
      "credential" in which ? credential === which.credential : principal.userId === which.userId;
    for (const credential of this.#cache.forget(isMeant)) this.standing.end(credential);
  }

  /** Until the signal, ends what is over and writes down what was used. */
  run(signal: AbortSignal): void {
    const timer = setInterval(() => void this.#sweep(), sweptEveryMs).unref();
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  async #sweep(): Promise<void> {
    this.standing.endRunOut(this.#options.nowMs());
    for (const credential of this.standing.credentials()) {
      const good = await this.#cache.isGood(credential).catch(() => false);
      if (!good) this.standing.end(credential);
    }
    await this.writeUsed();
  }

  async writeUsed(): Promise<void> {
    const sessions = new Map<string, number>();
    const tokens = new Map<string, number>();
    for (const [credential, usedMs] of this.#cache.takeUsed()) {
      const [kind = "", id = ""] = credential.split(":", 2);
      (kind === "session" ? sessions : tokens).set(id, usedMs);
    }
    if (sessions.size + tokens.size === 0) return;
    // When this is lost, only the time of the last use is lost.
    await this.#options.catalog
      .used(sessions, tokens)
      .catch((error: unknown) => this.#options.warn(`last uses were not kept: ${String(error)}`));
  }

  /** A cookie that has ended means that its owner has to sign in again, not an attack. */
  #session(secret: string, door: OuterDoor): Principal | Promise<Principal> {
    const found = this.#cache.principal(sessionKey + secretHash(secret), door);
    return found instanceof Promise ? found.then((principal) => principal ?? nobody[door]) : (found ?? nobody[door]);
  }

  #token(token: string, door: OuterDoor): Principal | Promise<Principal> {
    return this.tokenPrincipal(secretHash(token), door);
  }

  async #read(key: string): Promise<Known | undefined> {
    const { catalog } = this.#options;
    const hash = key.slice(sessionKey.length);
    if (key.startsWith(tokenKey)) {
      const token = await catalog.token(hash);
      return token === undefined ? undefined : knownToken(token);
    }
    const found = await catalog.session(hash);
    if (found === undefined || found.user.disabledMs !== null) return undefined;
    const { session, user } = found;
    return {
      credential: `session:${session.id}`,
      principal: {
        kind: "person",
        name: user.name,
        rights: { kind: "grants", grants: user.grants },
        userId: user.id,
        credential: `session:${session.id}`,
      },
      expiresMs: session.expiresMs,
      idleMsMax: this.times.sessionIdleMs,
      usedMs: session.usedMs,
    };
  }
}

function knownToken({ id, name, hint, grants, ingress, expiresMs, revokedMs, usedMs, createdMs }: TokenRecord): Known | undefined {
  if (revokedMs !== null) return undefined;
  const rights = ingress === null ? { kind: "grants" as const, grants } : { kind: "ingress" as const, ingress };
  return {
    credential: `token:${id}`,
    principal: { kind: isTokenHint(hint) ? "token" : "machine", name, rights, credential: `token:${id}` },
    expiresMs: expiresMs ?? Number.POSITIVE_INFINITY,
    idleMsMax: Number.POSITIVE_INFINITY,
    usedMs: usedMs ?? createdMs,
  };
}

/** Whether the user can sign in and manage other people. */
export function isReadyAdmin({ grants, disabledMs, password, subject }: UserRecord): boolean {
  const isAdmin = grants.some(({ role, namespace }) => role === "admin" && namespace === everyNamespace);
  return isAdmin && disabledMs === null && (password !== null || subject !== null);
}

function bearer(authorization: string): string | undefined {
  return /^bearer +(sb_\S{1,512}) *$/i.exec(authorization)?.[1];
}

function principals(make: (door: OuterDoor) => Principal): Readonly<Record<OuterDoor, Principal>> {
  return {
    console: make("console"),
    http: make("http"),
    grpc: make("grpc"),
    mcp: make("mcp"),
    postgres: make("postgres"),
    ingress: make("ingress"),
  };
}

function goodToken(principal: Principal | undefined): Principal {
  if (principal !== undefined) return principal;
  throw new GatewayError("UNAUTHENTICATED", {
    detail: "The token is none of this gateway, was revoked, or has run out.",
    where: "Authorization",
    cure: "Make a new one (People, Tokens) and send it as Authorization: Bearer sb_….",
  });
}
