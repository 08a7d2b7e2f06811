/**
 * IdentityCatalog: who may sign in, the sessions of browsers and the tokens of programs, over the database. It stores no secret: of a
 * password it has the argon2id hash, of everything else the sha256, and of tokens also the SCRAM verifier. Neighbour: identity/ decides by
 * it.
 */
import { z } from "zod";
import { grants as grantsShape, type Grant } from "../contract/roles.ts";
import type { DatabaseClient } from "./database-client.ts";

export interface UserRecord {
  readonly id: string;
  readonly name: string;
  /** The argon2id hash in PHC form. */
  readonly password: string | null;
  /** The person at the identity provider, as `<issuer> <subject>`. */
  readonly subject: string | null;
  readonly grants: readonly Grant[];
  readonly createdMs: number;
  readonly disabledMs: number | null;
  readonly seenMs: number | null;
  readonly setupHash: string | null;
  readonly setupExpiresMs: number | null;
}

export interface SessionRecord {
  readonly id: string;
  readonly hash: string;
  readonly userId: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly usedMs: number;
  readonly address: string;
  readonly agent: string;
}

export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly hint: string;
  /** The SCRAM verifier, for doors where the token itself is not sent (identity/scram.ts); null when the token is older than this field. */
  readonly scram: string | null;
  readonly grants: readonly Grant[];
  readonly ingress: string | null;
  readonly by: string;
  readonly createdMs: number;
  readonly expiresMs: number | null;
  readonly usedMs: number | null;
  readonly revokedMs: number | null;
}

export interface IdentityCatalog {
  /** Lists the users by name. */
  users(): Promise<UserRecord[]>;
  user(
    by: { readonly id: string } | { readonly name: string } | { readonly subject: string } | { readonly setupHash: string },
  ): Promise<UserRecord | undefined>;
  /** Returns false when the name or the subject belongs to another user already. */
  addUser(user: UserRecord): Promise<boolean>;
  changeUser(id: string, change: Partial<Omit<UserRecord, "id" | "name">>): Promise<boolean>;
  /** Changes the user whose link is not used up. Returns false when somebody else used it first. */
  useLink(setupHash: string, change: { readonly password: string }): Promise<boolean>;
  /** Lists the sessions of all users or of one, the one that was used last first. */
  sessions(userId?: string): Promise<SessionRecord[]>;
  session(hash: string): Promise<{ readonly session: SessionRecord; readonly user: UserRecord } | undefined>;
  /** Adds the session and removes those that have ended. */
  addSession(session: SessionRecord): Promise<void>;
  removeSessions(which: { readonly id: string } | { readonly userId: string }): Promise<number>;
  /** Lists the tokens, newest first. */
  tokens(): Promise<TokenRecord[]>;
  token(hash: string): Promise<TokenRecord | undefined>;
  /**
   * Finds a valid token that can sign in without being sent: the one with this id, or else the newest one with this name. When several
   * people have tokens with the name, the one who made the first of them counts.
   */
  tokenLogin(name: string, nowMs: number): Promise<{ readonly hash: string; readonly scram: string } | undefined>;
  addToken(token: TokenRecord): Promise<void>;
  revokeToken(id: string, revokedMs: number): Promise<boolean>;
  /** Removes tokens that have ended. */
  removeTokens(ids: readonly string[]): Promise<void>;
  /** Writes down when sessions and tokens were last used, by id. */
  used(sessions: ReadonlyMap<string, number>, tokens: ReadonlyMap<string, number>): Promise<void>;
}

type Numbers<R> = { [F in keyof R]: R[F] extends number ? bigint : R[F] extends number | null ? bigint | null : R[F] };
type UserRow = Numbers<Omit<UserRecord, "grants">> & { readonly grants: string };
type TokenRow = Numbers<Omit<TokenRecord, "grants">> & { readonly grants: string };

/** Both databases accept this many parameters in one query. */
const idsOfOneQuestionMax = 500;

export function identityCatalog(client: DatabaseClient): IdentityCatalog {
  return { ...userPart(client), ...sessionPart(client), ...tokenPart(client) };
}

function userPart(client: DatabaseClient): Pick<IdentityCatalog, "users" | "user" | "addUser" | "changeUser" | "useLink"> {
  return {
    users: async () => (await client.user.findMany({ orderBy: { name: "asc" } })).map(toUser),
    user: async (by) => {
      const row = await client.user.findFirst({ where: by });
      return row === null ? undefined : toUser(row);
    },
    addUser: async ({ grants, createdMs, disabledMs, seenMs, setupExpiresMs, ...rest }) => {
      const taken = rest.subject === null ? [{ name: rest.name }] : [{ name: rest.name }, { subject: rest.subject }];
      return client.$transaction(async (transaction) => {
        if ((await transaction.user.findFirst({ where: { OR: taken } })) !== null) return false;
        const times = {
          createdMs: BigInt(createdMs),
          disabledMs: big(disabledMs),
          seenMs: big(seenMs),
          setupExpiresMs: big(setupExpiresMs),
        };
        await transaction.user.create({ data: { ...rest, ...times, grants: JSON.stringify(grants) } });
        return true;
      });
    },
    changeUser: async (id, { grants, createdMs: _createdMs, disabledMs, seenMs, setupExpiresMs, ...rest }) => {
      const data = {
        ...rest,
        ...(grants === undefined ? {} : { grants: JSON.stringify(grants) }),
        ...(disabledMs === undefined ? {} : { disabledMs: big(disabledMs) }),
        ...(seenMs === undefined ? {} : { seenMs: big(seenMs) }),
        ...(setupExpiresMs === undefined ? {} : { setupExpiresMs: big(setupExpiresMs) }),
      };
      return (await client.user.updateMany({ where: { id }, data })).count > 0;
    },
    useLink: async (setupHash, { password }) => {
      const data = { password, setupHash: null, setupExpiresMs: null };
      return (await client.user.updateMany({ where: { setupHash }, data })).count > 0;
    },
  };
}

function sessionPart(client: DatabaseClient): Pick<IdentityCatalog, "sessions" | "session" | "addSession" | "removeSessions"> {
  return {
    sessions: async (userId) => {
      const where = userId === undefined ? {} : { userId };
      return (await client.session.findMany({ where, orderBy: { usedMs: "desc" } })).map(toSession);
    },
    session: async (hash) => {
      const row = await client.session.findUnique({ where: { hash }, include: { user: true } });
      return row === null ? undefined : { session: toSession(row), user: toUser(row.user) };
    },
    addSession: async (session) => {
      const { createdMs, expiresMs, usedMs } = session;
      await client.session.deleteMany({ where: { expiresMs: { lte: BigInt(createdMs) } } });
      await client.session.create({
        data: { ...session, createdMs: BigInt(createdMs), expiresMs: BigInt(expiresMs), usedMs: BigInt(usedMs) },
      });
    },
    removeSessions: async (where) => (await client.session.deleteMany({ where })).count,
  };
}

type TokenVerb = "tokens" | "token" | "tokenLogin" | "addToken" | "revokeToken" | "removeTokens" | "used";

function tokenPart(client: DatabaseClient): Pick<IdentityCatalog, TokenVerb> {
  return {
    tokens: async () => (await client.apiToken.findMany({ orderBy: [{ createdMs: "desc" }, { id: "desc" }] })).map(toToken),
    token: async (hash) => {
      const row = await client.apiToken.findUnique({ where: { hash } });
      return row === null ? undefined : toToken(row);
    },
    tokenLogin: async (name, nowMs) => {
      const good = { OR: [{ expiresMs: null }, { expiresMs: { gt: BigInt(nowMs) } }], revokedMs: null, scram: { not: null } };
      const byId = await client.apiToken.findFirst({ where: { ...good, id: name } });
      const first = byId ?? (await client.apiToken.findFirst({ where: { ...good, name }, orderBy: [{ createdMs: "asc" }, { id: "asc" }] }));
      // Takes the newest token of the person who had the name first. Otherwise anybody who may make tokens could take over another person's
      // token by giving a new one the same name.
      const row =
        byId ??
        (first &&
          (await client.apiToken.findFirst({ where: { ...good, name, by: first.by }, orderBy: [{ createdMs: "desc" }, { id: "desc" }] })));
      return row === null || row.scram === null ? undefined : { hash: row.hash, scram: row.scram };
    },
    addToken: async ({ grants, createdMs, expiresMs, usedMs, revokedMs, ...rest }) => {
      const times = { createdMs: BigInt(createdMs), expiresMs: big(expiresMs), usedMs: big(usedMs), revokedMs: big(revokedMs) };
      await client.apiToken.create({ data: { ...rest, ...times, grants: JSON.stringify(grants) } });
    },
    revokeToken: async (id, revokedMs) => {
      // The hash is overwritten so that the name in a client certificate can be given to another token.
      const data = { revokedMs: BigInt(revokedMs), hash: `revoked ${id}` };
      return (await client.apiToken.updateMany({ where: { id, revokedMs: null }, data })).count > 0;
    },
    removeTokens: async (ids) => {
      for (let at = 0; at < ids.length; at += idsOfOneQuestionMax)
        await client.apiToken.deleteMany({ where: { id: { in: ids.slice(at, at + idsOfOneQuestionMax) } } });
    },
    used: async (sessions, tokens) => {
      for (const [id, usedMs] of sessions) await client.session.updateMany({ where: { id }, data: { usedMs: BigInt(usedMs) } });
      for (const [id, usedMs] of tokens) await client.apiToken.updateMany({ where: { id }, data: { usedMs: BigInt(usedMs) } });
    },
  };
}

function big(ms: number | null): bigint | null {
  return ms === null ? null : BigInt(ms);
}

function whole(ms: bigint | null): number | null {
  return ms === null ? null : Number(ms);
}

const storedGrants = z.string().transform((text): Grant[] => grantsShape.parse(JSON.parse(text)));

function toUser(row: UserRow): UserRecord {
  const { id, name, password, subject, setupHash } = row;
  return {
    id,
    name,
    password,
    subject,
    setupHash,
    grants: storedGrants.parse(row.grants),
    createdMs: Number(row.createdMs),
    disabledMs: whole(row.disabledMs),
    seenMs: whole(row.seenMs),
    setupExpiresMs: whole(row.setupExpiresMs),
  };
}

function toSession({ id, hash, userId, address, agent, createdMs, expiresMs, usedMs }: Numbers<SessionRecord>): SessionRecord {
  const times = { createdMs: Number(createdMs), expiresMs: Number(expiresMs), usedMs: Number(usedMs) };
  return { id, hash, userId, address, agent, ...times };
}

function toToken(row: TokenRow): TokenRecord {
  return {
    ...row,
    grants: storedGrants.parse(row.grants),
    createdMs: Number(row.createdMs),
    expiresMs: whole(row.expiresMs),
    usedMs: whole(row.usedMs),
    revokedMs: whole(row.revokedMs),
  };
}
