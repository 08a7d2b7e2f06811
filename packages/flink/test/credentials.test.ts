/**
 * A REST API that wants credentials: a header from a setting or a file, refusals with cause and cure, and a token that no message holds.
 * e2e/flink/tls-front.test.ts has a real one.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemOf } from "../src/cluster-problem.ts";
import type { CredentialSettings } from "../src/rest/credentials.ts";
import { FlinkRest } from "../src/rest/flink-rest.ts";

const overview = { "flink-version": "1.16.2", taskmanagers: 1, "slots-total": 2, "slots-available": 2 };
const secret = "s3cret-t0ken";

let server: Server;
let url = "";
let folder = "";
/** The header that is accepted. */
let wanted: string | undefined = `Bearer ${secret}`;
/** The answer to others, as from a proxy that repeats the request. */
let refusal = { status: 401, headers: {}, text: (shown: string) => `who is ${shown}?` };
let asked: { route: string; shown: string | undefined; type: string; bytes: number }[] = [];
const end = new AbortController();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-credentials-"));
  wanted = `Bearer ${secret}`;
  refusal = { status: 401, headers: {}, text: (shown) => `who is ${shown}?` };
  asked = [];
  server = createServer((request, response) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => {
      const { authorization: shown, "content-type": type = "" } = request.headers;
      asked.push({ route: `${request.method} ${request.url}`, shown, type, bytes });
      if (shown !== wanted) {
        response.writeHead(refusal.status, refusal.headers).end(refusal.text(String(shown)));
        return;
      }
      const answer = request.url === "/overview" ? overview : request.url === "/jars/upload" ? { filename: "/tmp/x.jar" } : { jobid: "j" };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const rest = (settings: CredentialSettings = {}): FlinkRest => new FlinkRest({ url, signal: end.signal, ...settings });

/** Returns the problem as health and a refused change show it. */
async function told(asking: Promise<unknown>): Promise<{ code: string; message: string; cure: string }> {
  const error: unknown = await asking.then(
    () => expect.unreachable(),
    (failure: unknown) => failure,
  );
  const { code, message, cure } = problemOf(error, 0) ?? expect.unreachable();
  expect(`${message} ${cure}`).not.toContain(secret);
  return { code, message, cure };
}

describe("the header of a setting", () => {
  test.each([`Bearer ${secret}`, `Basic ${Buffer.from("flink:käse").toString("base64")}`])(
    "%s goes with every request, whatever its body",
    async (authorization) => {
      wanted = authorization;
      const one = rest({ authorization });
      expect(await one.overview()).toMatchObject({ "flink-version": "1.16.2" });
      expect(await one.upload("x.jar", Uint8Array.from([80, 75]))).toBe("x.jar");
      expect(await one.run({ jar: "x.jar", programArguments: [], parallelism: 1, savepoint: undefined })).toBe("j");
      expect(asked.map(({ shown }) => shown)).toEqual([authorization, authorization, authorization]);
      expect(asked.map(({ type, bytes }) => [type.split(";")[0], bytes > 0])).toEqual([
        ["", false],
        ["multipart/form-data", true],
        ["application/json", true],
      ]);
    },
  );

  test("that is required and was not set is refused with the names of the settings", async () => {
    expect(await told(rest().overview())).toMatchObject({
      code: "CLUSTER_REFUSED",
      message: expect.stringContaining("wants to know who asks, and nothing was shown (401)"),
      cure: expect.stringMatching(/SIGNALBOX_FLINK_AUTHORIZATION .*SIGNALBOX_FLINK_AUTHORIZATION_FILE/),
    });
  });

  test("that is wrong is named by its setting", async () => {
    wanted = "Bearer another";
    expect(await told(rest({ authorization: `Bearer ${secret}` }).overview())).toMatchObject({
      message: expect.stringContaining("does not know what was shown (401)"),
      cure: "Correct SIGNALBOX_FLINK_AUTHORIZATION, and start the gateway again.",
    });
  });

  test("that is known and lacks rights is told apart", async () => {
    wanted = "Bearer another";
    refusal.status = 403;
    expect(await told(rest({ authorization: `Bearer ${secret}` }).overview())).toMatchObject({
      message: expect.stringContaining("does not allow it (403)"),
      cure: expect.stringContaining("the right to Flink's REST API"),
    });
  });
});

describe("the header of a file", () => {
  const file = (text: string): string => {
    const path = join(folder, "token");
    writeFileSync(path, text);
    return path;
  };

  test.each([`${secret}\n`, `Bearer ${secret}`])("may be a token alone or the whole header", async (text) => {
    const one = rest({ authorizationFile: file(text) });
    expect(await one.overview()).toMatchObject({ taskmanagers: 1 });
    expect(asked).toMatchObject([{ shown: `Bearer ${secret}` }]);
  });

  test("is read again when it is refused: a token that was replaced in time costs nothing", async () => {
    const one = rest({ authorizationFile: file(secret) });
    await one.overview();
    wanted = "Bearer next-token";
    file("next-token");
    expect(await one.overview()).toMatchObject({ taskmanagers: 1 });
    expect(asked.map(({ shown }) => shown)).toEqual([`Bearer ${secret}`, `Bearer ${secret}`, "Bearer next-token"]);
  });

  test("whose file is gone keeps the last content in force, and a refusal then says so", async () => {
    const one = rest({ authorizationFile: file(secret) });
    await one.overview();
    rmSync(join(folder, "token"));
    expect(await one.overview()).toMatchObject({ taskmanagers: 1 });
    wanted = "Bearer next-token";
    expect(await told(one.overview())).toMatchObject({
      message: expect.stringMatching(/\(401\); .*token cannot be read \(ENOENT\).*so what it held before was shown/),
      cure: expect.stringContaining("SIGNALBOX_FLINK_AUTHORIZATION_FILE"),
    });
  });

  test.each([
    ["", "is empty"],
    ["Digest a b c", "holds neither a token nor Bearer or Basic with one"],
  ])("from a file that holds %j is refused with its path before any request", async (text, words) => {
    const path = file(text);
    const said = await told(rest({ authorizationFile: path }).overview());
    expect(said.message).toContain(`SIGNALBOX_FLINK_AUTHORIZATION_FILE: ${path} ${words}`);
    expect(asked).toEqual([]);
  });
});

describe("the answer of a proxy", () => {
  test("is shown without the token that it repeats", async () => {
    wanted = "Bearer another";
    refusal = { status: 502, headers: {}, text: (shown) => `no upstream for Authorization: ${shown}` };
    expect((await told(rest({ authorization: `Bearer ${secret}` }).overview())).message).toContain(
      "no upstream for Authorization: (hidden)",
    );
  });

  test("without fault is left as it is, whatever the token: a token may be a word of every answer", async () => {
    wanted = "Bearer taskmanagers";
    expect(await rest({ authorization: wanted }).overview()).toMatchObject({ taskmanagers: 1 });
  });

  test("that redirects to a login page is not an answer of Flink", async () => {
    refusal = { status: 302, headers: { location: `https://login.test/start?from=${secret}` }, text: () => "" };
    expect(await told(rest().overview())).toMatchObject({
      message: expect.stringContaining("sends to https://login.test/start (302)"),
      cure: expect.stringContaining("if it is a login page, set SIGNALBOX_FLINK_AUTHORIZATION"),
    });
  });
});

test("a port without a listener is away, and an https URL without TLS behind it is named", async () => {
  const tls = new FlinkRest({ url: url.replace("http:", "https:"), signal: end.signal });
  expect(await told(tls.overview())).toMatchObject({
    message: expect.stringContaining("no TLS is spoken there"),
    cure: expect.stringContaining("http://"),
  });
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  expect(await told(rest().overview())).toMatchObject({ code: "CLUSTER_UNREACHABLE", message: expect.stringContaining("ECONNREFUSED") });
});
