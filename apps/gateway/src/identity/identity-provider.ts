/**
 * IdentityProvider: who somebody is, by OpenID Connect (authorisation code with PKCE, over openid-client). Nothing is kept here between the
 * way to the provider and the way back: what the way back is checked against is in a cookie of the browser that began.
 * Neighbours: services/people/provider-sign-in.ts makes a session of the result, surfaces/http/provider-routes.ts leads the browser.
 * Guarantee: the provider's answers are bounded in bytes, in time, and in how many are asked for at once. A return is refused when it did
 * not begin in the same browser, comes too late, or has an answer that the provider did not sign for us.
 */
import * as oidc from "openid-client";
import { z } from "zod";
import { GatewayError } from "../contract/problem.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { flowAgeMsMax, type ProviderSettings } from "./provider-settings.ts";

/** What the browser keeps between leaving for the provider and coming back. */
const flowShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
  beganMs: z.number(),
});
type Flow = z.output<typeof flowShape>;

export interface Departure {
  readonly location: string;
  /** The text for the cookie. */
  readonly flow: string;
}

export interface ProvidedPerson {
  /** `<issuer> <subject>` */
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** The page that they wanted to open. */
  readonly next: string;
}

const providerTimeoutSeconds = 10;
/** How far the provider's clock and ours may differ. */
const clockToleranceSeconds = 60;
const flowCharactersMax = 4_000;
const groupsMax = 1_000;
/** The provider is asked about everyone who comes back, and anyone who reaches the port can cause such a question. */
const arrivalsMax = 32;
const retryAfterMs = 2_000;
/** A provider may move its endpoints and keys; what it said before holds while it does not answer. */
const discoveryAgeMsMax = 3_600_000;

export class IdentityProvider {
  readonly settings: ProviderSettings;
  readonly #nowMs: () => number;
  #discovered: Promise<oidc.Configuration> | undefined;
  #discoveredMs = 0;
  #arriving = 0;

  constructor(settings: ProviderSettings, nowMs: () => number) {
    this.settings = settings;
    this.#nowMs = nowMs;
  }

  /** Begins a sign-in and returns where the browser has to go. Rejects with PROVIDER_UNREACHABLE. */
  async depart({ redirectUri, next }: { readonly redirectUri: string; readonly next: string }): Promise<Departure> {
    const config = await this.#configuration();
    const flow: Flow = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
      next,
      beganMs: this.#nowMs(),
    };
    const location = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: this.settings.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: "S256",
      state: flow.state,
      nonce: flow.nonce,
    });
    return { location: location.href, flow: Buffer.from(JSON.stringify(flow)).toString("base64url") };
  }

  /** `returned`: the redirect URI as it was given, with the query that came back. Rejects with PROVIDER_UNREACHABLE, PROVIDER_REFUSED. */
  async arrive({ returned, flow: cookie }: { readonly returned: URL; readonly flow: string | undefined }): Promise<ProvidedPerson> {
    const flow = this.#flowOf(cookie);
    if (this.#arriving >= arrivalsMax) throw busy();
    this.#arriving++;
    const claims = await this.#claimsOf(returned, flow).finally(() => this.#arriving--);
    if (claims === undefined) throw refused("it sent no ID token");
    // The library looks at when it runs out, not at when it was written.
    const aheadSeconds = claims.iat - this.#nowMs() / 1_000;
    if (aheadSeconds > clockToleranceSeconds) throw clocksDiffer(`its ID token is of ${Math.round(aheadSeconds)} s from now`);
    return { subject: `${claims.iss} ${claims.sub}`, name: nameOf(claims), groups: this.#groupsOf(claims), next: flow.next };
  }

  async #claimsOf(returned: URL, flow: Flow): Promise<oidc.IDToken | undefined> {
    const config = await this.#configuration();
    try {
      const checks = { pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce, idTokenExpected: true };
      return (await oidc.authorizationCodeGrant(config, returned, checks)).claims();
    } catch (error) {
      throw providerProblem(error, this.settings);
    }
  }

  /** Asks the provider for its metadata at the first sign-in, and again later. After a failure the next sign-in asks again. */
  #configuration(): Promise<oidc.Configuration> {
    const known = this.#discovered;
    if (known !== undefined && Math.abs(this.#nowMs() - this.#discoveredMs) < discoveryAgeMsMax) return known;
    this.#discoveredMs = this.#nowMs();
    this.#discovered = this.#discover().catch((error: unknown) => {
      this.#discovered = known;
      if (known !== undefined) return known;
      throw providerProblem(error, this.settings);
    });
    return this.#discovered;
  }

  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const authentication = clientSecret === "" ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    // env.ts lets plain http through for a provider on this machine alone.
    const insecure = issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : [];
    // Without these checks an ID token would be believed because of the connection that it came by, whoever signed it.
    const execute = [...insecure, oidc.enableNonRepudiationChecks];
    const metadata = { [oidc.clockTolerance]: clockToleranceSeconds };
    return oidc.discovery(issuer, clientId, metadata, authentication, {
      execute,
      timeout: providerTimeoutSeconds,
      [oidc.customFetch]: boundedFetch,
    });
  }

  #flowOf(cookie: string | undefined): Flow {
    if (cookie === undefined || cookie.length > flowCharactersMax)
      throw refused("this browser did not begin to sign in here, or its cookie is gone");
    let flow: Flow;
    try {
      flow = flowShape.parse(JSON.parse(Buffer.from(cookie, "base64url").toString("utf8")));
    } catch {
      throw refused("the cookie of this sign-in is none of ours");
    }
    if (Math.abs(this.#nowMs() - flow.beganMs) > flowAgeMsMax) throw refused("it took more than ten minutes");
    return flow;
  }

  #groupsOf(claims: Readonly<Record<string, unknown>>): string[] {
    const groups = claims[this.settings.groupsClaim];
    const list = typeof groups === "string" ? [groups] : Array.isArray(groups) ? groups : [];
    return list.filter((group): group is string => typeof group === "string").slice(0, groupsMax);
  }
}

const namedCharactersMax = 1_000;
const nameCharactersMax = 80;

/** The first claim that can serve as a name; the subject may be a number that nobody recognises. */
function nameOf(claims: Readonly<Record<string, unknown>>): string {
  const named = ["preferred_username", "email", "name", "sub"].map((claim) => claims[claim]);
  const readable = named.map((value) => (typeof value === "string" ? readableName(value) : ""));
  return readable.find((name) => name !== "") ?? "somebody";
}

function readableName(text: string): string {
  const visible = text
    .slice(0, namedCharactersMax)
    .normalize("NFC")
    .replaceAll(/[\p{C}\p{DI}/]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return [...visible].slice(0, nameCharactersMax).join("").trim();
}

function busy(): GatewayError {
  return new GatewayError("LOGIN_BUSY", {
    detail: `${arrivalsMax} people wait already for the identity provider to say who they are.`,
    where: "identity provider",
    cure: "Sign in again in a moment.",
    retryAfterMs,
    unaudited: true,
  });
}

function refused(why: string): GatewayError {
  return new GatewayError("PROVIDER_REFUSED", {
    detail: `Nobody was signed in: ${why}.`,
    where: "identity provider",
    cure: "Sign in again.",
  });
}

/** The name that openid-client uses for it. */
const clockCode = "OAUTH_JWT_TIMESTAMP_CHECK_FAILED";

function clocksDiffer(what: string): GatewayError {
  return new GatewayError("PROVIDER_REFUSED", {
    detail: `Nobody was signed in: ${what}, and the clocks of the identity provider and of this gateway may differ by ${clockToleranceSeconds} s.`,
    where: "identity provider",
    cure: "Set the clocks of both right (NTP), then sign in again.",
  });
}

function timeOf(error: Error): string {
  const told = timeClaim.safeParse(error.cause instanceof Error ? error.cause.cause : undefined).data;
  if (told === undefined) return "its ID token is of another time";
  const seconds = Math.round(told.now - (told.claims[told.claim] ?? told.now));
  return seconds >= 0 ? `its ID token ran out ${seconds} s ago` : `its ID token is good in ${-seconds} s`;
}

const timeClaim = z.object({
  now: z.number(),
  claim: z.enum(["exp", "nbf"]),
  claims: z.object({ exp: z.number().optional(), nbf: z.number().optional() }),
});

/** The provider's own refusal is in its words; whatever kept us from asking it is no fault of who signs in. */
function providerProblem(error: unknown, { issuer }: ProviderSettings): GatewayError {
  if (error instanceof oidc.AuthorizationResponseError) return refused(`the provider says ${error.error}${told(error.error_description)}`);
  if (error instanceof oidc.ResponseBodyError) return refused(`the provider says ${error.error}${told(error.error_description)}`);
  const cause = error instanceof Error && error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : String(error);
  if (error instanceof oidc.ClientError && error.code === clockCode) return clocksDiffer(timeOf(error));
  const isCheck = error instanceof oidc.ClientError && /JWT|JWS|state|nonce|claim|response parameter/i.test(cause);
  if (isCheck) return refused(`its answer does not hold: ${cause}`);
  return new GatewayError("PROVIDER_UNREACHABLE", {
    detail: `The identity provider ${issuer.host} does not answer as one: ${cause}`,
    where: "SIGNALBOX_OIDC_ISSUER",
    cure: "Sign in with a password meanwhile, or try again; who is signed in stays so.",
    cause: error,
  });
}

function told(description: string | undefined): string {
  return description === undefined ? "" : ` (${description.slice(0, 300)})`;
}
