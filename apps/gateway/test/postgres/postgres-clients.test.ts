/** The port for PostgreSQL's clients, by real ones: the library `pg`, and psql where it is installed. What they read is what is there. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everywhere, startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const entities = 30;
let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ postgresPort: 0 });
  await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  await Promise.all(
    Array.from({ length: entities }, (_, at) => box.fetch(`/v1/messages/test/visits/v${at}`, { method: "POST", body: "x" })),
  );
  await box.gateway.core.engine.settled();
});
afterAll(async () => {
  expect(box.logged).toEqual([]);
  await box[Symbol.asyncDispose]();
  await functions.close();
});

const place = (one: TestGateway = box) => ({ host: "127.0.0.1", port: one.gateway.postgresPort ?? 0, database: "box" });

async function withClient<T>(use: (client: pg.Client) => Promise<T>, options: pg.ClientConfig = {}): Promise<T> {
  const client = new pg.Client({ ...place(), user: "me", ...options });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

describe("pg", () => {
  test("gets rows, parameters, prepared statements and types", () =>
    withClient(async (client) => {
      const rowsOf = async (query: string, values?: unknown[]) => (await client.query(query, values)).rows;
      expect(await rowsOf("SELECT type, count(*) AS n FROM entities GROUP BY 1 ORDER BY 1")).toEqual([
        { type: "test/total", n: "1" },
        { type: "test/visits", n: String(entities) },
      ]);
      expect(await rowsOf("SELECT value::INT AS seen FROM state(type := $1, prefix := $2) WHERE id = $2", ["test/visits", "v7"])).toEqual([
        { seen: 1 },
      ]);
      for (const limit of [2, 3]) {
        const named = {
          name: "some",
          text: "SELECT id FROM public.entities WHERE type = $1 ORDER BY id LIMIT $2",
          values: ["test/visits", limit],
        };
        expect((await client.query(named)).rowCount).toBe(limit);
      }
      expect(await rowsOf("SELECT id FROM entities WHERE id = ANY ($1) ORDER BY 1", [["v1", "v2", "it's"]])).toEqual([
        { id: "v1" },
        { id: "v2" },
      ]);
      const at = new Date(1_795_000_000_123);
      const [typed] = await rowsOf(
        "SELECT $1::bytea AS b, $2::timestamptz AS t, $3::boolean AS o, $4::numeric AS n, $5::int[] AS l, $6::text AS x",
        [Buffer.from([0, 255]), at, true, "12.50", [1, 2], null],
      );
      expect(typed).toMatchObject({ b: Buffer.from([0, 255]), t: at, o: true, l: [1, 2], x: null });
      const [{ bytes }] = (await rowsOf("SELECT bytes FROM state(type := 'test/visits') WHERE id = 'v1'")) as [{ bytes: Buffer }];
      expect(bytes).toBeInstanceOf(Buffer);
    }));

  test("gets errors with a code and a place, and the connection goes on", () =>
    withClient(async (client) => {
      const failed = async (sql: string, values: unknown[] = []) => {
        const error: unknown = await client.query(sql, values).catch((caught: unknown) => caught);
        const { code, position } = error as pg.DatabaseError;
        return [code, position];
      };
      expect(await failed("SELECT 1,\n colour FROM public.state WHERE id = $1", ["a long value that moves the rest"])).toEqual([
        "42703",
        "12",
      ]);
      expect(await failed("SELEC 1")).toEqual(["42601", "1"]);
      expect(await failed("SELECT * FROM nothing")).toEqual(["42P01", "15"]);
      expect(await failed("SELECT nothing(1)")).toEqual(["42883", "8"]);
      expect(await failed("SELECT 'x'::INT")).toEqual(["22P02", expect.any(String)]);
      expect(await failed("INSERT INTO state VALUES (1)")).toEqual(["25006", undefined]);
      expect(await failed("COPY state TO STDOUT")).toEqual(["0A000", undefined]);
      expect(await failed("DECLARE c CURSOR FOR SELECT 1")).toEqual(["0A000", undefined]);
      expect(await failed("SELECT 1; SELECT 2", ["x"])).toEqual(["42601", undefined]);
      expect(await failed("FROM read_text('/etc/passwd')")).toEqual(["42501", "6"]);
      expect(await failed(`SELECT '${"x".repeat(100_001)}'`)).toEqual(["54000", undefined]);
      expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    }));

  test("may open transactions, and a failed one does nothing until its end", () =>
    withClient(async (client) => {
      await client.query("BEGIN");
      await expect(client.query("SELECT nothing")).rejects.toMatchObject({ code: "42703" });
      await expect(client.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
      expect((await client.query("COMMIT")).command).toBe("ROLLBACK");
      expect((await client.query("SELECT 2 AS two")).rows).toEqual([{ two: 2 }]);
    }));

  test("keeps settings, and a time limit counts", () =>
    withClient(async (client) => {
      await client.query("SET application_name = 'test'");
      expect((await client.query("SHOW application_name")).rows).toEqual([{ application_name: "test" }]);
      expect((await client.query("SELECT current_setting('server_version_num')::int / 100 AS v")).rows).toEqual([{ v: 1400 }]);
      await expect(client.query("SET client_encoding = 'LATIN1'")).rejects.toMatchObject({ code: "22023" });
      await expect(client.query("SHOW nothing")).rejects.toMatchObject({ code: "42704" });
      await client.query("SET statement_timeout = '500ms'");
      await expect(client.query("SELECT count(*) FROM range(1000000000) a, range(1000000000) b")).rejects.toMatchObject({ code: "57014" });
    }));

  test("is told when there are more rows than allowed", () =>
    withClient(async (client) => {
      const notices: string[] = [];
      client.on("notice", ({ message }) => notices.push(String(message)));
      expect((await client.query("SELECT * FROM range(100005)")).rowCount).toBe(100_000);
      expect(notices).toEqual([expect.stringContaining("100000")]);
    }));

  test("gets each of many answers that it asks for at once", async () => {
    const counts = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        withClient(async (client) => (await client.query("SELECT $1::int AS at", [at])).rows[0] as { at: number }),
      ),
    );
    expect(counts.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("gives up a running query by the key that it got", () =>
    withClient(async (client) => {
      const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
      const endless = client.query("SELECT count(*) FROM range(1000000000) a, range(1000000000) b");
      endless.catch(() => undefined);
      const cancel = (secret: number) =>
        new Promise<void>((resolve) => {
          const request = Buffer.alloc(16);
          [16, 80_877_102, processID, secret].forEach((value, index) => request.writeInt32BE(value, index * 4));
          const socket = connect(place().port, "127.0.0.1", () => socket.write(request));
          socket.on("close", () => resolve()).on("error", () => resolve());
        });
      await cancel(secretKey ^ 1);
      expect((await box.fetch("/health")).status).toBe(200);
      await cancel(secretKey);
      await expect(endless).rejects.toMatchObject({ code: "57014" });
      expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    }));

  test("holds nothing when all is over", () =>
    expect.poll(async () => ((await (await box.fetch("/health")).json()) as { requestBytesHeld: number }).requestBytesHeld).toBe(0));
});

const noPsql = spawnSync("psql", ["--version"]).status === 0 ? undefined : "psql is not installed";

describe.skipIf(noPsql !== undefined)(`psql${noPsql === undefined ? "" : ` (${noPsql})`}`, () => {
  const run = promisify(execFile);
  const psql = async (...commands: string[]) => {
    const { port } = place();
    const args = [
      "-X",
      "-A",
      "-t",
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      "-U",
      "me",
      "box",
      ...commands.flatMap((command) => ["-c", command]),
    ];
    const { stdout, stderr } = await run("psql", args, { env: { PATH: process.env["PATH"] ?? "", PGCONNECT_TIMEOUT: "30" } });
    return { lines: stdout.trim().split("\n"), stderr };
  };

  test("\\dt and \\d list the tables, \\d of one its columns", async () => {
    const tables = ["egress", "entities", "failures", "journal", "mailboxes", "savepoints", "state"].map(
      (name) => `public|${name}|table|signalbox`,
    );
    expect((await psql("\\dt")).lines).toEqual(tables);
    expect((await psql("\\d")).lines).toEqual(tables);
    expect((await psql("\\d state")).lines).toEqual(
      ["type|text", "id|text", "name|text", "typename|text", "value|text", "bytes|bytea", "written_ms|bigint", "expires_ms|bigint"].map(
        (column) => `${column}|||`,
      ),
    );
  });

  test.each(["\\d+ entities", "\\dt+", "\\l", "\\dn", "\\du", "\\df", "\\dv", "\\di", "\\dT", "\\dx", "\\db", "\\dp", "\\conninfo"])(
    "%s",
    async (command) => {
      const { stderr } = await psql(command);
      expect(stderr.replace(/Did not find any relations\.\n/, "")).toBe("");
    },
  );

  test("runs queries, settings and mistakes", async () => {
    const { lines } = await psql(
      "SET search_path = public",
      "SELECT count(*) FROM entities",
      "SHOW server_version",
      "SELECT 1 AS a; SELECT 2",
    );
    expect(lines).toEqual(["SET", String(entities + 1), "14.0", "1", "2"]);
    await expect(psql("SELECT colour FROM state")).rejects.toMatchObject({
      stderr: expect.stringMatching(/^ERROR: .*colour[\s\S]*LINE 1: SELECT colour FROM state\n *\^/),
    });
  });
});

describe("the login", () => {
  let stand: PeopleStand;
  beforeAll(async () => {
    stand = await startPeopleStand({ postgresPort: 0 });
  });
  afterAll(() => stand[Symbol.asyncDispose]());
  const count = (user: string, password: string) =>
    withClient(async (client) => (await client.query("SELECT count(*) AS n FROM entities")).rows, { ...place(stand.box), user, password });

  test("is the name of a token and its secret", async () => {
    const { id, token } = await stand.token({ name: "dashboards", grants: everywhere("viewer") });
    expect(await count("dashboards", token)).toEqual([{ n: "0" }]);
    expect(await count(id, token)).toEqual([{ n: "0" }]);
    await expect(count("dashboards", `${token}x`)).rejects.toMatchObject({ code: "28P01" });
    await expect(count("nobody", token)).rejects.toMatchObject({ code: "28P01" });
    await expect(count("dashboards", "")).rejects.toThrow();
  });

  test.each(["viewer", "sender", "operator", "admin"] as const)(
    "of a %s reads the rows that SQL reads for it elsewhere: all, or those of its namespaces",
    async (role) => {
      const overHttp = async (token: string) => (await stand.ask("/v1/sql", { json: { sql: "SELECT 1" }, token })).status;
      const wide = await stand.token({ name: `all ${role}`, grants: everywhere(role) });
      expect(await count(`all ${role}`, wide.token)).toEqual([{ n: "0" }]);
      const narrow = await stand.token({ name: `shop ${role}`, grants: [{ role, namespace: "shop" }] });
      expect(await count(`shop ${role}`, narrow.token)).toEqual([{ n: "0" }]);
      expect([await overHttp(wide.token), await overHttp(narrow.token)]).toEqual([200, 200]);
    },
  );

  test("of a token for one ingress reads nothing", async () => {
    const { token } = await stand.token({ name: "way in", ingress: "http" });
    await expect(count("way in", token)).rejects.toMatchObject({ code: "42501" });
  });

  test("ends with the token, also in the middle of a connection: an idle one is told at once", async () => {
    const { id, token } = await stand.token({ name: "short", grants: everywhere("viewer") });
    const told: unknown[] = [];
    await withClient(
      async (client) => {
        client.on("error", (error) => told.push((error as pg.DatabaseError).code));
        expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
        await stand.ask(`/v1/tokens/${id}`, { method: "DELETE", cookie: stand.adminCookie });
        await expect.poll(() => told[0]).toBe("28000");
      },
      { ...place(stand.box), user: "short", password: token },
    );
    await expect(count("short", token)).rejects.toMatchObject({ code: "28P01" });
  });

  test("ends half-read answers and running queries, too", async () => {
    const half = await stand.token({ name: "half", grants: everywhere("viewer") });
    const revoke = (id: string) => stand.ask(`/v1/tokens/${id}`, { method: "DELETE", cookie: stand.adminCookie });
    await withClient(
      async (client) => {
        // The client reads row by row: the portal has all rows and is asked for one at a time.
        const query = client.query(new pg.Query({ text: "SELECT * FROM range(100000)", rows: 1 } as pg.QueryConfig));
        const ended = new Promise((resolve) => query.on("error", (error) => resolve((error as pg.DatabaseError).code)));
        query.once("row", () => void revoke(half.id));
        expect(await ended).toBe("28000");
      },
      { ...place(stand.box), user: "half", password: half.token },
    );
    const running = await stand.token({ name: "running", grants: everywhere("viewer") });
    await withClient(
      async (client) => {
        const ended = expect(client.query("SELECT count(*) FROM range(100000000) a, range(100000000) b")).rejects.toMatchObject({
          code: "28000",
        });
        await revoke(running.id);
        await ended;
      },
      { ...place(stand.box), user: "running", password: running.token },
    );
  });
});

describe("TLS", () => {
  let folder = "";
  let secure: TestGateway;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-wire-tls-"));
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    execFileSync("openssl", [...kind, ...names, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    secure = await startGateway({ postgresPort: 0, tls: { certificate, key } });
  });
  afterAll(async () => {
    await secure[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is spoken with the gateway's own certificate, and nothing is answered without it", async () => {
    const ssl = { ca: readFileSync(join(folder, "cert.pem")) };
    expect(await withClient(async (client) => (await client.query("SELECT 1 AS one")).rows, { ...place(secure), ssl })).toEqual([
      { one: 1 },
    ]);
    await expect(withClient((client) => client.query("SELECT 1"), place(secure))).rejects.toMatchObject({
      code: "28000",
      message: expect.stringContaining("TLS"),
    });
  });

  test("takes no bytes between the request for it and its handshake", async () => {
    const request = Buffer.alloc(16);
    [8, 80_877_103, 8, 80_877_103].forEach((value, index) => request.writeInt32BE(value, index * 4));
    const answer = await new Promise<Buffer>((resolve) => {
      let all = Buffer.alloc(0);
      const socket = connect(secure.gateway.postgresPort ?? 0, "127.0.0.1", () => socket.write(request));
      socket.on("data", (bytes: Buffer) => (all = Buffer.concat([all, bytes]))).on("close", () => resolve(all));
    });
    expect(answer.toString("latin1")).toContain("08P01");
  });
});

test("a port in use stops the start with a message", async () => {
  await expect(startGateway({ postgresPort: place().port })).rejects.toMatchObject({
    name: "ListenError",
    fault: "taken",
    place: { setting: "SIGNALBOX_POSTGRES_PORT" },
  });
});

test("connections are counted in health and metrics, and one too many is told so and counted too", async () => {
  const counts = (open: number, refused: number) => (body: unknown) =>
    JSON.stringify((body as { postgres: unknown }).postgres) === JSON.stringify({ open, limit: 100, refused });
  await box.until("/health", counts(0, 0));
  const { host, port } = place();
  const sockets = Array.from({ length: 100 }, () => connect({ host, port }));
  await box.until("/health", counts(100, 0));
  let heard = "";
  for await (const chunk of connect({ host, port })) heard += String(chunk);
  expect(heard).toContain("there are 100 connections already");
  await box.until("/health", counts(100, 1));
  await box.metrics(/^signalbox_postgres_connections 100$/m);
  await box.metrics(/^signalbox_postgres_connections_max 100$/m);
  await box.metrics(/^signalbox_postgres_connections_refused_total 1$/m);
  for (const socket of sockets) socket.destroy();
  await box.until("/health", counts(0, 1));
});
