/** A client of PostgreSQL that signs in with a token: the library `pg`. Errors of an idle connection are of no interest here. */
import pg from "pg";

export async function wireClient(port: number, login: { readonly user: string; readonly password: string }): Promise<pg.Client> {
  const client = new pg.Client({ host: "127.0.0.1", port, database: "signalbox", ...login });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
