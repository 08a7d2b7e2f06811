/** Signalbox below a path of a proxy, with a real nginx and the very lines that docs/deploy.md tells people to copy. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type TLSSocket } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api } from "../stack/api.ts";
import { freePorts } from "../stack/child.ts";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { hasNginx, Nginx, nginxProgram, nginxSnippets, proxyServer } from "../stack/nginx.ts";
import { until } from "../stack/until.ts";

const reason = hasNginx ? "" : ` (skipped: there is no ${nginxProgram}; SIGNALBOX_TEST_NGINX names another)`;
const publicName = "signalbox.example.com";

it("docs/deploy.md has a server that keeps the prefix and locations that take it away", () => {
  const { server, stripping } = nginxSnippets();
  expect(server).toMatch(/listen 443 ssl;[\s\S]*location \/sb\/ \{ proxy_pass http:\/\/127\.0\.0\.1:4280; \}/);
  expect(stripping).toMatch(/location \/sb\/ \{ proxy_pass http:\/\/127\.0\.0\.1:4280\/; \}/);
});

describe.skipIf(!hasNginx)(`behind nginx${reason}`, () => {
  let greeter: Functions;
  let gateway: Gateway;
  let nginx: Nginx;
  let folder = "";
  let tlsPort = 0;
  const ways = { keeps: "", strips: "" };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-proxied-"));
    const [keepsPort = 0, stripsPort = 0, secure = 0] = await freePorts(3);
    tlsPort = secure;
    const subject = ["-subj", `/CN=${publicName}`, "-addext", `subjectAltName=DNS:${publicName}`];
    const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", ...subject, ...files],
      {
        stdio: "ignore",
      },
    );
    greeter = await Functions.start("examples/greeter-javascript/functions.js");
    gateway = await Gateway.start({ SIGNALBOX_BASE_PATH: "/sb", SIGNALBOX_ALLOWED_ORIGINS: `https://${publicName}` });
    const { url: gatewayUrl } = gateway;
    const tls = { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    const servers = [
      proxyServer({ gatewayUrl, port: tlsPort, tls }),
      proxyServer({ gatewayUrl, port: keepsPort }),
      proxyServer({ gatewayUrl, port: stripsPort, strips: true }),
    ];
    nginx = await Nginx.start(servers.join("\n"), stripsPort);
    ways.keeps = `http://127.0.0.1:${keepsPort}/sb`;
    ways.strips = `http://127.0.0.1:${stripsPort}/sb`;
    await new Api(ways.keeps).applyModule("greeter", endpointYaml("example/*", greeter.url));
  }, 180_000);

  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await gateway?.[Symbol.asyncDispose]();
    await greeter?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each(["keeps", "strips"] as const)("that %s the prefix", (way) => {
    it("API, tRPC, health and metrics answer", async () => {
      const base = ways[way];
      for (const path of ["/health", "/metrics", "/v1/modules/greeter", "/trpc/overview.summary"]) {
        const answer = await fetch(base + path);
        expect(answer.status, path).toBe(200);
        await answer.text();
      }
      const unknown = await fetch(`${base}/v1/modules/none`);
      expect([unknown.status, await unknown.json()]).toEqual([404, expect.objectContaining({ code: "UNKNOWN_MODULE" })]);
    });

    it("a message is taken, and each of many on one connection once", async () => {
      const api = new Api(ways[way]);
      const target = { type: "example/person", id: `through-${way}` };
      for (let visit = 0; visit < 20; visit++) await api.send(target, "hello", { idempotencyKey: `${way}-${visit}` });
      await until(async () => (await api.state(target, "visits")) === 20, { what: "twenty visits", timeoutMs: 60_000 });
    });

    it("an event of the live stream comes through while the stream is open", async () => {
      const input = encodeURIComponent(JSON.stringify({ flow: true, tails: [""], entities: [] }));
      const ending = new AbortController();
      const stream = await fetch(`${ways[way]}/trpc/live.stream?input=${input}`, { signal: ending.signal });
      expect(stream.headers.get("content-type")).toContain("text/event-stream");
      const id = `watched-${way}`;
      let seen = "";
      const reading = (async () => {
        for await (const chunk of stream.body ?? []) seen += Buffer.from(chunk).toString("utf8");
      })().catch((error: unknown) => {
        if (!ending.signal.aborted) throw error;
      });
      await until(() => seen !== "", { what: "the first event", timeoutMs: 60_000 });
      await new Api(ways[way]).send({ type: "example/person", id }, "hello");
      await until(() => seen.includes(id), { what: "the message in the stream", timeoutMs: 60_000 });
      ending.abort();
      await reading;
    });

    it("the path itself is the first page, with and without its last slash", async () => {
      for (const end of ["", "/", "?x=1", "/?x=1"]) {
        const answer = await fetch(ways[way] + end, { redirect: "manual" });
        expect([answer.status, await answer.text()], end).toEqual([200, expect.stringContaining("Signalbox")]);
      }
    });
  });

  it("an id with a slash comes whole through a proxy that keeps paths, and is refused through one that decodes them", async () => {
    const send = (base: string) => fetch(`${base}/v1/messages/example/person/a%2Fb`, { method: "POST", body: "hello" });
    expect((await send(ways.keeps)).status).toBe(202);
    const refused = await send(ways.strips);
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ code: "INVALID_ADDRESS" })]);
  });

  it("a page behind TLS may call under its own name and origin, and no other page may", async () => {
    const mutation = (origin: string, host = publicName) => overTls({ port: tlsPort, host, origin });
    expect(await mutation(`https://${publicName}`)).toMatch(/^HTTP\/1\.1 202 /);
    expect(await mutation("https://evil.example")).toMatch(/^HTTP\/1\.1 403 [\s\S]*FOREIGN_ORIGIN/);
    expect(await mutation("https://evil.example", "evil.example")).toMatch(/^HTTP\/1\.1 421 [\s\S]*FOREIGN_HOST/);
  });

  it("health is answered past the proxy without the prefix", async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/sb/health`)).status).toBe(200);
  });
});

describe("a console that was built for no base path, or another", () => {
  it("is not shown in place of the right one: the first line and the pages say what is missing", async () => {
    await using gateway = await Gateway.start({ SIGNALBOX_BASE_PATH: "/never-built" });
    await until(() => gateway.output.includes("Signalbox runs at"), { what: "the first line", timeoutMs: 60_000 });
    expect(gateway.output).toContain("the console is not built for /never-built");
    for (const path of ["/never-built/", "/", "/never-built/flow"]) {
      const page = await (await fetch(gateway.url + path)).text();
      expect(page).toContain("SIGNALBOX_BASE_PATH=/never-built npm start");
    }
  }, 120_000);
});

/** Sends one message as a browser does, and returns the whole answer. */
function overTls({ port, host, origin }: { port: number; host: string; origin: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port, host: "127.0.0.1", servername: publicName, rejectUnauthorized: false }, () => {
      const head = [`POST /sb/v1/messages/example/person/tls HTTP/1.1`, `host: ${host}`, `origin: ${origin}`, "connection: close"];
      socket.write([...head, "content-length: 5", "", "hello"].join("\r\n"));
    });
    let received = "";
    socket.on("data", (data: Buffer) => {
      received += data.toString("utf8");
    });
    socket.once("end", () => resolve(received));
    socket.once("error", reject);
  });
}
