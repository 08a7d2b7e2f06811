/** The wire cases against our SDK behind each of its hosts, against the official SDKs, and against servers that get something wrong. */
import { spawnSync } from "node:child_process";
import { createServer, type RequestListener, type Server as HttpServer } from "node:http";
import { createServer as createNetServer, type Server, type Socket } from "node:net";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenGrpc } from "@signalbox/functions/grpc";
import { nodeHandler, serve, type Serving } from "@signalbox/functions/node";
import { entity, types } from "@signalbox/functions";
import { beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { probe } from "../functions/probe-entity.ts";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { buildGoProbe, goProbe, noGo } from "./go-probe.ts";
import { wireCases } from "./wire-cases.ts";
import { runWireCases, wireTable } from "./wire-report.ts";

const silent = { log: () => {} };
const socketPath = join(tmpdir(), `conformance-${process.pid}.sock`);
const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");

const hasGrpcio = existsSync(python) && spawnSync(python, ["-c", "import grpc"]).status === 0;

const hosts: [string, () => Promise<Serving>][] = [
  ["HTTP", () => serve([probe], silent)],
  ["a Unix socket", () => serve([probe], { ...silent, socketPath })],
  ["gRPC", () => listenGrpc([probe], silent)],
];

async function listening(server: Server | HttpServer): Promise<{ readonly url: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    // The other side may be gone already.
    socket.on("error", () => undefined);
  });
  await new Promise<void>((listens) => server.listen(0, "127.0.0.1", listens));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/statefun`,
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

describe("the wire cases", () => {
  test.each(hosts)("all pass for our SDK over %s", async (_name, open) => {
    await using serving = await open();
    const results = await runWireCases(serving.url);
    rmSync(socketPath, { force: true });
    expect(results.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
    expect(results).toHaveLength(wireCases.length);
  });

  test("pass for the official JavaScript SDK, except for the types that it lacks", async () => {
    await using functions = await Functions.start("e2e/functions/conformance.ts");
    const results = await runWireCases(functions.url);
    expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === "skipped")).toHaveLength(3);
  });

  test.skipIf(!existsSync(python))("pass for the official Python SDK", async () => {
    await using functions = await Functions.start("e2e/functions/conformance.py", { program: python });
    expect((await runWireCases(functions.url)).filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  });

  test.skipIf(!hasGrpcio)("pass for Python functions behind grpcio, on one stream", async () => {
    await using functions = await Functions.start("e2e/functions/conformance.py", { program: python, env: { TRANSPORT: "grpc" } });
    const results = await runWireCases(`grpc://127.0.0.1:${functions.port}`);
    expect(results.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  });

  if (noGo === undefined) beforeAll(buildGoProbe, 300_000);

  test.skipIf(noGo !== undefined)("pass for the official Go SDK behind grpc-go, on one stream, and over HTTP", async () => {
    await using overGrpc = await Functions.start("", { program: goProbe, env: { TRANSPORT: "grpc" } });
    expect((await runWireCases(`grpc://127.0.0.1:${overGrpc.port}`)).filter(({ outcome }) => outcome !== "passed")).toEqual([]);
    await using overHttp = await Functions.start("", { program: goProbe });
    expect((await runWireCases(overHttp.url)).filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  });

  test.skipIf(noGo !== undefined)("a Go server over gRPC serves a gateway: its functions count each message once", async () => {
    await using functions = await Functions.start("", { program: goProbe, env: { TRANSPORT: "grpc" } });
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("go", endpointYaml("conformance/*", `grpc://127.0.0.1:${functions.port}`));
    const ids = ["ada", "ben", "cyd"];
    const sent = 30;
    for (let count = 0; count < sent; count += 1)
      await Promise.all(
        ids.map((id) => gateway.api.send({ type: "conformance/probe", id }, { op: "increment" }, { valueType: "conformance/command" })),
      );
    for (const id of ids)
      await until(async () => (await gateway.api.state({ type: "conformance/probe", id }, "int_value")) === sent, {
        what: `${id} to count ${sent}`,
        timeoutMs: 60_000,
      });
  });

  test("fail one by one, with reasons, for functions that do not know the probe", async () => {
    const other = entity("conformance/probe", { state: { int_value: types.long }, messages: { text: types.string }, on: { text() {} } });
    await using serving = await serve([other], silent);
    const results = await runWireCases(serving.url);
    expect(results.find(({ name }) => name.startsWith("handshake: names every"))).toMatchObject({
      outcome: "failed",
      reason: expect.stringContaining("state notes is not asked for; asked for: int_value"),
    });
    expect(wireTable(results)).toMatch(/failed {3}state: .*REJECTED/);
  });

  test("are not run without a listener, which is said once", async () => {
    const serving = await serve([probe], silent);
    await serving.close();
    expect(wireTable(await runWireCases(serving.url))).toMatch(
      /^failed .* ENDPOINT_REFUSED: .*Start the function service.*\n\n0 passed, 1 failed, 0 skipped, \d+ not run: mend what failed first$/,
    );
  });

  const octets = { "content-type": "application/octet-stream" };
  test.each<[string, RegExp, RequestListener]>([
    [
      "a page",
      /REPLY_CONTENT_TYPE: .*content-type text\/html.*correct the URL.*It said: <h1>Welcome/,
      (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome"),
    ],
    [
      "another path",
      /REPLY_STATUS: .*404.*Correct the path.*It said: no route/,
      (_request, response) => response.writeHead(404).end("no route"),
    ],
    [
      "an error",
      /ENDPOINT_ERROR: .*500.*log.*It said: Traceback: boom/,
      (_request, response) => response.writeHead(500).end("Traceback: boom"),
    ],
    [
      "half a reply",
      /ENDPOINT_DISCONNECTED: .*before the reply was complete/,
      (_request, response) => void response.writeHead(200, { ...octets, "content-length": 9 }).write("abc", () => response.destroy()),
    ],
    ["nothing, for ever", /CALL_TIMEOUT: no complete reply of .* within 300 ms/, () => undefined],
    [
      "one byte and then nothing",
      /CALL_TIMEOUT: /,
      (_request, response) => void response.writeHead(200, { ...octets, "content-length": 9 }).write("a"),
    ],
    ["what is no protobuf", /REPLY_MALFORMED: /, (_request, response) => response.writeHead(200, octets).end("hello")],
    ["an empty reply", /REPLY_MALFORMED: |must name the missing states/, (_request, response) => response.writeHead(200, octets).end()],
    [
      "a redirect",
      /REPLY_STATUS: .*302 to http:\/\/elsewhere\/.*Redirects are not followed/,
      (_request, response) => response.writeHead(302, { location: "http://elsewhere/" }).end(),
    ],
  ])("are not run against a server that answers with %s: that is named once, with its cure", async (_what, said, answer) => {
    await using server = await listening(createServer(answer));
    const results = await runWireCases(server.url, { timeoutMs: 300 });
    expect(results[0]).toMatchObject({ outcome: "failed", reason: expect.stringMatching(said) });
    expect(results.slice(1)).toEqual(wireCases.map(({ name }) => ({ name, outcome: "not run", reason: "" })));
  });

  test.each<[string, RegExp, (socket: Socket) => void]>([
    ["another protocol", /ENDPOINT_ERROR: .*does not answer in HTTP\/1\.1/, (socket) => void socket.write("220 mail ESMTP\r\n")],
    ["HTTP/2 alone", /(ENDPOINT_ERROR|ENDPOINT_DISCONNECTED): /, (socket) => void socket.write(Buffer.from("000000040000000000", "hex"))],
    ["a closed door", /ENDPOINT_DISCONNECTED: /, (socket) => void socket.destroy()],
  ])("are not run against a server that answers with %s", async (_what, said, answer) => {
    await using server = await listening(createNetServer(answer));
    const results = await runWireCases(server.url, { timeoutMs: 2_000 });
    expect(results[0]).toMatchObject({ outcome: "failed", reason: expect.stringMatching(said) });
  });

  test("end soon against a server that stops answering in the middle", async () => {
    const handle = nodeHandler([probe], silent);
    let answered = 0;
    await using server = await listening(createServer((request, response) => (answered++ < 6 ? handle(request, response) : undefined)));
    const results = await runWireCases(server.url, { timeoutMs: 300 });
    const failed = results.filter(({ outcome }) => outcome === "failed");
    expect(failed).toHaveLength(2);
    for (const { reason } of failed) expect(reason).toMatch(/^CALL_TIMEOUT: /);
    expect(results.at(-1)).toMatchObject({ outcome: "not run" });
  });
});

if (!existsSync(python)) {
  test("says that the Python SDK's cases were skipped: there is no venv with it", () => {
    console.warn(
      `skipped: the wire cases of the Python SDK, because ${python} does not exist (examples/greeter-python/README.md makes it)`,
    );
  });
}

if (!hasGrpcio) {
  test("says that the cases behind grpcio were skipped: Python or grpcio is not there", () => {
    console.warn(`skipped: the wire cases of Python over gRPC, because ${python} cannot import grpc (pip install grpcio)`);
  });
}

if (noGo !== undefined) {
  test("says that the cases of Go were skipped: there is no Go", () => {
    console.warn(`skipped: the wire cases of Go over gRPC and HTTP, because ${noGo}`);
  });
}
