/** A machine that is known by its client certificate uses the command line without a token, over a real TLS port. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { certifiedFetch } from "../src/certified-fetch.ts";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-cli-certificate-"));
const at = (name: string): string => join(folder, name);
const heard: { name: string; method: string; body: string }[] = [];
let server: Server;
let url = "";

beforeAll(async () => {
  for (const name of ["gateway", "robot"]) {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${name}.key`];
    execFileSync("openssl", ["req", "-x509", ...key, "-days", "2", "-subj", `/CN=${name}`, "-out", `${name}.pem`], {
      cwd: folder,
      stdio: "ignore",
    });
  }
  writeFileSync(at("both.pem"), Buffer.concat([readFileSync(at("robot.pem")), readFileSync(at("robot.key"))]));
  const own = { cert: readFileSync(at("gateway.pem")), key: readFileSync(at("gateway.key")) };
  server = createServer({ ...own, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const name = request.socket instanceof TLSSocket ? String(request.socket.getPeerCertificate().subject?.CN ?? "") : "";
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      heard.push({ name, method: request.method ?? "", body });
      response.setHeader("content-type", "application/json").end('{"modules":[],"messageId":1,"traceId":1}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a client certificate", () => {
  test("that nobody vouched for the gateway is said as without it", async () => {
    const ran = await runCli(["--url", url, "--cert", at("robot.pem"), "--cert-key", at("robot.key"), "modules", "ls"]);
    expect(ran).toMatchObject({ code: 5, err: expect.stringContaining("NODE_EXTRA_CA_CERTS") });
  });

  test("is shown, with the body as it was given", async () => {
    const ask = certifiedFetch({ certificate: at("both.pem"), key: at("both.pem") });
    // The authority of this gateway is known to nobody, so the test lets it pass.
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await (await ask(`${url}/v1/modules`)).json()).toMatchObject({ modules: [] });
      expect((await ask(`${url}/v1/x`, { method: "PUT", body: "ä" })).status).toBe(200);
      expect((await ask(`${url}/v1/y`, { method: "POST", body: new Blob(["a", "b"]) })).headers.get("content-type")).toBe(
        "application/json",
      );
      const environment = { SIGNALBOX_URL: url, SIGNALBOX_CLIENT_CERT: at("robot.pem"), SIGNALBOX_CLIENT_KEY: at("robot.key") };
      expect((await runCli(["modules", "ls"], { environment })).code).toBe(0);
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
    expect(heard).toEqual([
      { name: "robot", method: "GET", body: "" },
      { name: "robot", method: "PUT", body: "ä" },
      { name: "robot", method: "POST", body: "ab" },
      { name: "robot", method: "GET", body: "" },
    ]);
  });

  test.each([
    ["without TLS", ["--url", "http://127.0.0.1:1", "--cert", at("both.pem")], /over TLS alone/],
    ["that is not there", ["--cert", at("none.pem")], /no such file/],
    ["with the key of another", ["--cert", at("robot.pem"), "--cert-key", at("gateway.key")], /no pair of certificate and key/],
    ["that is a key alone", ["--cert-key", at("robot.key")], /belongs to a certificate/],
  ])("%s is a mistake of the command line", async (_what, flags, words) => {
    expect(await runCli([...flags, "modules", "ls"])).toMatchObject({ code: 2, err: expect.stringMatching(words) });
  });
});
