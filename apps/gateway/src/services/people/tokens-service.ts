/**
 * The verbs of tokens. A token has no more rights than its maker has when it is made. People who are no admins see and revoke only their
 * own.
 */
import type { IdentityCatalog, TokenRecord } from "../../catalog/identity-catalog.ts";
import type { TokenRow } from "../../contract/people/people.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { everyNamespace, holds, mayUnmask, roleIn, type Grant, type Role } from "../../contract/roles.ts";
import { scramVerifier } from "../../identity/scram.ts";
import { certificateHash } from "../../identity/client-certificate.ts";
import { isTokenHint, newId, newToken, secretHash, tokenHint } from "../../identity/secrets.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { grantsText } from "./people-service.ts";
import type { PeopleServiceParts } from "./people-parts.ts";
import { managesPeople } from "./sessions-service.ts";

const tokensMax = 10_000;
/** The bound on valid tokens of a person who is no admin, so that nobody uses up the room of all. */
const ownTokensMax = 200;
/** Ingresses that no module declares. */
const waysOfOurs: ReadonlySet<string> = new Set(["http", "grpc"]);
const dayMs = 24 * 3_600_000;
const endsSoonMs = 7 * dayMs;

type Parts = PeopleServiceParts & Pick<ServiceParts, "connectors">;

export function tokensService({ identity, people, connectors }: Parts): ServiceOf<"tokens"> {
  const { catalog } = people;
  const visible = async (principal: Principal): Promise<TokenRecord[]> => {
    const all = await catalog.tokens();
    if (managesPeople(principal)) return all;
    // A token may have the name of a person, so only for people `by` means ownership.
    return principal.kind === "person" ? all.filter(({ by }) => by === principal.name) : [];
  };
  return {
    list: async (principal) => (await visible(principal)).map((token) => tokenRow(token, Date.now())),

    async create(principal, { name, grants, ingress, expiresInDays, certificate }, { changed }) {
      const through = ingress ?? null;
      mustHold(principal, grants, through);
      if (through !== null) mustBeDeclared(connectors, through);
      // Naming a certificate decides whom the operator's certificate authority stands for, so only those who manage people may do it.
      if (typeof certificate === "string" && !managesPeople(principal))
        throw forbidden("machines that show a certificate are made by admins of all namespaces");
      const nowMs = Date.now();
      await mustHaveRoom(catalog, principal, nowMs);
      const shown = await shownBy(catalog, certificate ?? undefined);
      const record: TokenRecord = {
        id: newId(),
        name,
        hash: shown.hash,
        hint: shown.hint,
        scram: shown.scram,
        grants: through === null ? grants : [],
        ingress: through,
        by: principal.name,
        createdMs: nowMs,
        expiresMs: expiresInDays === null ? null : nowMs + expiresInDays * dayMs,
        usedMs: null,
        revokedMs: null,
      };
      await catalog.addToken(record);
      changed({ after: `${record.hint} ${through === null ? grantsText(grants) : `ingress ${through}`}` });
      return { id: record.id, token: shown.token, row: tokenRow(record, nowMs) };
    },

    async revoke(principal, { id }, { changed }) {
      const token = (await visible(principal)).find((one) => one.id === id);
      if (token === undefined || !(await catalog.revokeToken(id, Date.now()))) throw unknownToken();
      identity.forget({ credential: `token:${id}` });
      changed({ before: `${token.name} ${token.hint}` });
      return {};
    },
  };
}

/** Makes room by removing tokens that are over. */
async function mustHaveRoom(catalog: IdentityCatalog, principal: Principal, nowMs: number): Promise<void> {
  const all = await catalog.tokens();
  const isOver = (token: TokenRecord): boolean => ["revoked", "expired"].includes(stateOf(token, nowMs));
  const own = all.filter((token) => token.by === principal.name && !isOver(token));
  if (!managesPeople(principal) && own.length >= ownTokensMax) throw tooMany(`You have ${ownTokensMax} tokens already.`);
  if (all.length < tokensMax) return;
  const over = all.filter(isOver);
  if (over.length === 0) throw tooMany(`The catalog has ${tokensMax} tokens.`);
  await catalog.removeTokens(over.map(({ id }) => id));
}

interface Shown extends Pick<TokenRecord, "hash" | "hint" | "scram"> {
  /** Null when there is no secret to send. */
  readonly token: string | null;
}

/** What it is recognised by: a new secret, or the name in a certificate, which only one token may have at a time. */
async function shownBy(catalog: Pick<IdentityCatalog, "token">, certificate: string | undefined): Promise<Shown> {
  if (certificate === undefined) {
    const token = newToken();
    return { token, hash: secretHash(token), hint: tokenHint(token), scram: await scramVerifier(token) };
  }
  const hash = certificateHash(certificate);
  const other = await catalog.token(hash);
  if (other !== undefined) throw certificateTaken(certificate, other);
  return { token: null, hash, hint: certificate, scram: null };
}

function mustHold(principal: Principal, grants: readonly Grant[], ingress: string | null): void {
  if ((principal.kind === "token" || principal.kind === "machine") && !managesPeople(principal))
    throw forbidden("a token makes no tokens unless it is an admin's");
  if (ingress !== null && grants.length > 0) {
    const detail = "A token for one ingress has no roles beside it.";
    throw new GatewayError("INVALID_REQUEST", { detail, where: "grants", cure: "Leave out the roles or the ingress, or make two tokens." });
  }
  if (ingress === null && grants.length === 0) {
    const cure = "Give it a role in a namespace, or name an ingress.";
    throw new GatewayError("INVALID_REQUEST", { detail: "The token would be good for nothing.", where: "grants", cure });
  }
  for (const { namespace, unmask } of grants)
    if (unmask === true && !mayUnmask(principal.rights, namespace)) throw forbidden(`you may not unmask values in ${namespace} yourself`);
  const asked: readonly { role: Role; namespace: string }[] = ingress === null ? grants : [{ role: "sender", namespace: everyNamespace }];
  for (const { role, namespace } of asked)
    if (!holds(roleIn(principal.rights, namespace), role)) throw forbidden(`you are no ${role} in ${namespace} yourself`);
}

/** A mistyped name would make a token that is useless, or one that works for whoever declares such an ingress later. */
function mustBeDeclared(connectors: Parts["connectors"], ingress: string): void {
  if (waysOfOurs.has(ingress) || connectors.views().some(({ id }) => id === ingress)) return;
  throw new GatewayError("UNKNOWN_CONNECTOR", {
    detail: `No module in force declares an ingress or egress ${ingress}.`,
    where: "ingress",
    cure: "Write http, grpc or an id that GET /v1/connectors lists; put its module in force first.",
  });
}

function tokenRow(token: TokenRecord, nowMs: number): TokenRow {
  const { id, name, hint, grants, ingress, by, createdMs, expiresMs, usedMs } = token;
  const certificate = isTokenHint(hint) ? null : hint;
  return { id, name, hint, certificate, grants: [...grants], ingress, by, createdMs, expiresMs, usedMs, state: stateOf(token, nowMs) };
}

function stateOf({ revokedMs, expiresMs }: TokenRecord, nowMs: number): TokenRow["state"] {
  if (revokedMs !== null) return "revoked";
  if (expiresMs === null || expiresMs - nowMs > endsSoonMs) return "good";
  return expiresMs > nowMs ? "ends-soon" : "expired";
}

function forbidden(why: string): GatewayError {
  return new GatewayError("FORBIDDEN", { detail: `Not allowed: ${why}.`, where: "grants", cure: "Ask an admin to make it." });
}

function certificateTaken(certificate: string, { name }: TokenRecord): GatewayError {
  return new GatewayError("CERTIFICATE_TAKEN", {
    detail: `${name} goes by ${certificate} already.`,
    where: "certificate",
    cure: "Revoke it first, or name another certificate.",
  });
}

function unknownToken(): GatewayError {
  return new GatewayError("UNKNOWN_TOKEN", { detail: "No such token is in use.", where: "id", cure: "List the tokens." });
}

function tooMany(detail: string): GatewayError {
  return new GatewayError("TOO_MANY_PEOPLE", { detail, where: "name", cure: "Revoke those that no program uses any more." });
}
