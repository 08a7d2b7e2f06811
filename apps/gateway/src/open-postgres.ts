/**
 * OpenPostgres: opens the port for PostgreSQL's clients (surfaces/postgres) when a setting asks for one; otherwise nothing of it is loaded.
 */
import type { GatewayCore, GatewayLog, GatewaySettings } from "./compose.ts";
import { TokenLogins } from "./identity/token-logins.ts";
import type { RequestBytes } from "./listener/request-bytes.ts";
import type { PostgresServer } from "./surfaces/postgres/postgres-server.ts";

interface Parts {
  readonly core: Pick<GatewayCore, "identity" | "catalog" | "services" | "wireConnections">;
  readonly held: RequestBytes;
  readonly log: GatewayLog;
}

export async function openPostgres(settings: GatewaySettings, { core, held, log }: Parts): Promise<PostgresServer | undefined> {
  const { postgresPort, host, tls } = settings;
  if (postgresPort === undefined) return undefined;
  const { startPostgresServer } = await import("./surfaces/postgres/postgres-server.ts");
  const { identity, catalog, services } = core;
  const logins = new TokenLogins(catalog.identity, Date.now);
  return startPostgresServer({
    host,
    port: postgresPort,
    held,
    connections: core.wireConnections,
    tls: tls === undefined ? undefined : { files: { certificate: tls.certificate, key: tls.key }, warn: log.warn },
    identity: {
      get loginRequired() {
        return identity.loginRequired;
      },
      tokenLogin: (name) => logins.find(name),
      watch: (credential) => identity.standing.watch(credential),
      principalOf: (login) =>
        login === undefined
          ? identity.principalOf({ authorization: undefined, cookie: undefined }, "postgres")
          : identity.tokenPrincipal(login.hash, "postgres"),
    },
    ask: (principal) => async (ask, signal) => (await services.open()).sql.query(principal, ask, { signal }),
    unexpected: (error) => log.error(error, "postgres"),
  });
}
