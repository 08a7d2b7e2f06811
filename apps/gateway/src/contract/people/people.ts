/**
 * people: who may sign in and with which roles, the sessions of browsers, and the tokens of programs. A secret (a password, a token, the
 * code of a link) is only in the answer that makes it. Neighbours: identity/ keeps them, services/people/ serves these.
 */
import { z } from "zod";
import { certificateNamePattern } from "./certificate-name.ts";
import { done, mutation, nothing, query } from "../operation.ts";
import { grants, roles } from "../roles.ts";
import { principalKinds } from "../principal.ts";

const passwordCharactersMin = 12;
const passwordCharactersMax = 200;
/** There is a limit, because a token that never expires is one that nobody remembers. */
const tokenAgeDaysMax = 3_650;

const nameCure = "write a name of visible characters, without a slash";
const personName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}\s/](?:[^\p{C}/]*[^\p{C}\s/])?$/u, nameCure)
  // A refinement and no pattern, because tools that read the OpenAPI document do not know this class of characters.
  .refine((name) => !/\p{DI}/u.test(name), nameCure);
const password = z.string().min(passwordCharactersMin, `write at least ${passwordCharactersMin} characters`).max(passwordCharactersMax);
const id = z.string().min(1).max(100);
/** The secret of a link or a token; ours are never longer. */
const secretText = z.string().min(1).max(200);

const sessionRow = z.strictObject({
  id: z.string(),
  person: z.string(),
  createdMs: z.number(),
  usedMs: z.number(),
  expiresMs: z.number(),
  address: z.string(),
  agent: z.string(),
  /** True for the session that asks. */
  own: z.boolean(),
});
export type SessionRow = z.output<typeof sessionRow>;

const signInWays = ["password", "provider", "link"] as const;

const personRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  grants,
  /** link: the person was invited and has chosen no password yet. */
  signsInBy: z.array(z.enum(signInWays)),
  createdMs: z.number(),
  /** When this person last signed in; null when never. */
  seenMs: z.number().nullable(),
  disabledMs: z.number().nullable(),
  sessions: z.number(),
});
export type PersonRow = z.output<typeof personRow>;

const tokenStates = ["good", "ends-soon", "expired", "revoked"] as const;

const tokenRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The token's first and last characters, so that people recognise it; for a machine the name in its certificate. */
  hint: z.string(),
  /** The name in a client certificate with which a machine signs in instead of a token; null for a token. */
  certificate: z.string().nullable(),
  grants,
  ingress: z.string().nullable(),
  by: z.string(),
  createdMs: z.number(),
  expiresMs: z.number().nullable(),
  usedMs: z.number().nullable(),
  state: z.enum(tokenStates),
});
export type TokenRow = z.output<typeof tokenRow>;

const me = z.strictObject({
  /** Whether people have to sign in. */
  loginRequired: z.boolean(),
  /** Why: the ports are open to other machines, a setting says so, or there are people who may sign in. */
  because: z.enum(["off-loopback", "setting", "people", "off"]),
  kind: z.enum(principalKinds),
  name: z.string(),
  /** Where nobody has to sign in, this is admin in all namespaces. */
  grants,
  /** The strongest role in any namespace; null when there is none. */
  role: z.enum(roles).nullable(),
  /**
   * What each operation needs, so that the console can say beforehand what is not allowed. `role` is null when it needs none. anyNamespace:
   * the role in some namespace is enough, and the answer shows only those.
   */
  needs: z.array(
    z.strictObject({ operation: z.string(), role: z.enum(roles).nullable(), inNamespace: z.boolean(), anyNamespace: z.boolean() }),
  ),
  /** The text on the button of an identity provider; null when there is none. */
  provider: z.string().nullable(),
  /** True when some values are masked; files that hold them then need a reason. */
  masks: z.boolean(),
});
export type Me = z.output<typeof me>;

/** A link by which a person chooses a password, once. No other answer has its code. */
const link = z.strictObject({ code: z.string(), expiresMs: z.number() });

/** The secret of a session, for the cookie that the HTTP surface writes; no answer carries it. */
const opened = z.strictObject({ secret: z.string(), expiresMs: z.number(), name: z.string() });
/** Where the request came from, as the HTTP surface knows it. */
const from = { address: z.string().max(100), agent: z.string().max(300), replaces: secretText.nullish() };
const cookieRoute = "the answer sets a cookie, which no other surface can";

export const people = {
  me: query({
    summary: "Who asks, and what they may do",
    access: "open",
    scope: "gateway",
    input: nothing,
    output: me,
    problems: [],
    http: { method: "GET", path: "/v1/me" },
  }),
  signIn: mutation({
    summary: "Sign in with name and password; the answer sets the cookie of a session",
    access: "open",
    scope: "gateway",
    input: z.object({ name: z.string().min(1).max(100), password: z.string().min(1).max(passwordCharactersMax), ...from }),
    output: opened,
    problems: ["LOGIN_FAILED", "TOO_MANY_ATTEMPTS", "LOGIN_BUSY", "LOGIN_NOT_PRIVATE"],
    subject: ["name"],
    secret: ["password", "replaces"],
    trpc: false,
    http: { method: "POST", path: "/v1/session", ownRoute: cookieRoute },
  }),
  leaveForProvider: query({
    summary: "Where the identity provider is to be asked who somebody is; the answer leads the browser there",
    access: "open",
    scope: "gateway",
    input: z.object({ redirectUri: z.string().max(2_000), next: z.string().max(2_000) }),
    output: z.strictObject({ location: z.string(), flow: z.string() }),
    problems: ["PROVIDER_REFUSED", "PROVIDER_UNREACHABLE", "LOGIN_NOT_PRIVATE"],
    trpc: false,
    http: { method: "GET", path: "/v1/session/provider", ownRoute: cookieRoute },
  }),
  signInByProvider: mutation({
    summary: "Sign in with what the identity provider says; the answer sets the cookie of a session",
    access: "open",
    scope: "gateway",
    input: z.object({ returned: z.string().max(16_000), flow: z.string().max(4_000).nullish(), ...from }),
    output: z.strictObject({ ...opened.shape, next: z.string() }),
    problems: [
      "PROVIDER_REFUSED",
      "PROVIDER_UNREACHABLE",
      "TOO_MANY_PEOPLE",
      "NAME_TAKEN",
      "LOGIN_FAILED",
      "LOGIN_BUSY",
      "LOGIN_NOT_PRIVATE",
    ],
    secret: ["returned", "flow", "replaces"],
    trpc: false,
    http: { method: "GET", path: "/v1/session/provider/callback", ownRoute: cookieRoute },
  }),
  signOut: mutation({
    summary: "End the session of the cookie",
    access: "open",
    scope: "gateway",
    input: nothing,
    output: done,
    problems: [],
    trpc: false,
    http: { method: "DELETE", path: "/v1/session", status: 204, ownRoute: cookieRoute },
  }),
  setUp: mutation({
    summary: "Choose a password by a link: the first person's, or that of an invitation; signs in",
    access: "open",
    scope: "gateway",
    input: z.object({ code: secretText, name: personName.nullish(), password, ...from }),
    output: opened,
    problems: ["SETUP_LINK_USED", "NAME_TAKEN", "TOO_MANY_ATTEMPTS", "LOGIN_BUSY", "LOGIN_FAILED", "LOGIN_NOT_PRIVATE"],
    subject: ["name"],
    secret: ["password", "code", "replaces"],
    trpc: false,
    http: { method: "POST", path: "/v1/setup", ownRoute: cookieRoute },
  }),
  list: query({
    summary: "Who may sign in, with their roles",
    access: "admin",
    scope: "gateway",
    input: nothing,
    output: z.array(personRow),
    problems: [],
    http: { method: "GET", path: "/v1/people", under: "people" },
  }),
  invite: mutation({
    summary: "Add a person; the answer holds the code of the link by which they choose a password",
    access: "admin",
    scope: "gateway",
    input: z.object({ name: personName, grants }),
    output: z.strictObject({ id: z.string(), link }),
    problems: ["NAME_TAKEN", "TOO_MANY_PEOPLE"],
    subject: ["name"],
    http: { method: "POST", path: "/v1/people", status: 201 },
  }),
  change: mutation({
    summary: "Give a person other roles, or keep them out",
    access: "admin",
    scope: "gateway",
    input: z.object({ id, grants: grants.optional(), disabled: z.boolean().optional() }),
    output: done,
    problems: ["UNKNOWN_PERSON", "LAST_ADMIN"],
    subject: ["id"],
    http: { method: "PATCH", path: "/v1/people/{id}" },
  }),
  changePassword: mutation({
    summary: "Choose another password; all other sessions of the person end",
    access: "self",
    scope: "gateway",
    input: z.object({ current: z.string().min(1).max(passwordCharactersMax), password }),
    output: z.strictObject({ endedSessions: z.number() }),
    problems: ["LOGIN_FAILED", "TOO_MANY_ATTEMPTS", "LOGIN_BUSY"],
    secret: ["current", "password"],
    http: { method: "PUT", path: "/v1/me/password" },
  }),
  resetPassword: mutation({
    summary: "End a person's sessions and password, and give out a link by which they choose a new one",
    access: "admin",
    scope: "gateway",
    input: z.object({ id }),
    output: link,
    problems: ["UNKNOWN_PERSON", "LAST_ADMIN"],
    subject: ["id"],
    http: { method: "POST", path: "/v1/people/{id}/link" },
  }),
} as const;

export const sessions = {
  list: query({
    summary: "The sessions that are open: one's own, and for admins everybody's",
    access: "self",
    scope: "gateway",
    input: nothing,
    output: z.array(sessionRow),
    problems: [],
    http: { method: "GET", path: "/v1/sessions", under: "sessions" },
  }),
  end: mutation({
    summary: "End a session of one's own, or as an admin anybody's",
    access: "self",
    scope: "gateway",
    input: z.object({ id }),
    output: done,
    problems: ["UNKNOWN_SESSION"],
    subject: ["id"],
    http: { method: "DELETE", path: "/v1/sessions/{id}" },
  }),
} as const;

export const tokens = {
  list: query({
    summary: "The tokens of programs: one's own, and for admins everybody's",
    access: "self",
    scope: "gateway",
    input: nothing,
    output: z.array(tokenRow),
    problems: [],
    http: { method: "GET", path: "/v1/tokens", under: "tokens" },
  }),
  create: mutation({
    summary: "Make a token that may no more than who makes it; the answer is the one place that ever holds it",
    access: "self",
    scope: "gateway",
    input: z.object({
      name: personName,
      grants: grants.default([]),
      /** The one ingress that it may use: http, grpc, or the id of one that a module declares. */
      ingress: z.string().min(1).max(300).nullish(),
      expiresInDays: z.number().int().min(1).max(tokenAgeDaysMax).nullable().default(90),
      /** Instead of a token: the name in a client certificate of the operator's authority (SIGNALBOX_TLS_CLIENT_CA). */
      certificate: z
        .string()
        .max(310)
        .regex(
          certificateNamePattern,
          "write a name of the certificate: CN=robot, DNS:robot.example.com, URI:spiffe://example.com/robot or email:robot@example.com",
        )
        .nullish(),
    }),
    /** `token` is null when the machine shows a certificate. */
    output: z.strictObject({ id: z.string(), token: z.string().nullable(), row: tokenRow }),
    problems: ["FORBIDDEN", "TOO_MANY_PEOPLE", "CERTIFICATE_TAKEN", "UNKNOWN_CONNECTOR"],
    subject: ["name"],
    http: { method: "POST", path: "/v1/tokens", status: 201 },
  }),
  revoke: mutation({
    summary: "Make a token good for nothing, at once",
    access: "self",
    scope: "gateway",
    input: z.object({ id }),
    output: done,
    problems: ["UNKNOWN_TOKEN"],
    subject: ["id"],
    http: { method: "DELETE", path: "/v1/tokens/{id}" },
  }),
} as const;
