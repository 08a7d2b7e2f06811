/** The HTTP transport over TLS: own certificate authorities, client certificates, and the name of every possible fault. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TlsOptions } from "@signalbox/runtime/model/endpoint-spec";
import { oneMessage, listen, serve, call, failed, answer, endpointAt, newTransport, request } from "./transport-http-harness.ts";

describe("TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-tls-"));
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const noTls: TlsOptions = { trustCaPem: undefined, clientCertPem: undefined, clientKeyPem: undefined, clientKeyPassword: undefined };
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

  openssl("req", "-x509", ...newKey, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test ca");
  for (const name of ["server", "client"]) {
    openssl(
      "req",
      ...newKey,
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${name}`,
      "-addext",
      "subjectAltName=IP:127.0.0.1",
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-out",
      `${name}.pem`,
      "-days",
      "2",
      "-copy_extensions",
      "copy",
    );
  }
  openssl("pkcs8", "-topk8", "-in", "client.key", "-out", "client.p8", "-passout", "pass:secret");

  async function serveTls(requestCert: boolean): Promise<string> {
    const server = https.createServer(
      { key: read("server.key"), cert: read("server.pem"), ca: read("ca.pem"), requestCert, rejectUnauthorized: requestCert },
      answer(oneMessage),
    );
    return `https://127.0.0.1:${await listen(server)}/`;
  }

  test("an own CA is trusted when the module names it", async () => {
    expect(await call(await serveTls(false), { tls: { ...noTls, trustCaPem: read("ca.pem") } })).toMatchObject({ kind: "reply" });
  });

  test("a renewed certificate and its CA apply to new connections, and earlier connections are closed", async () => {
    const other = ["-days", "2", "-subj", "/CN=other", "-addext", "subjectAltName=IP:127.0.0.1"];
    openssl("req", "-x509", ...newKey, "-nodes", "-keyout", "other.key", "-out", "other.pem", ...other);
    const server = https.createServer({ key: read("server.key"), cert: read("server.pem") }, answer(oneMessage));
    const closed = Promise.withResolvers<void>();
    server.once("secureConnection", (socket) => void socket.once("close", () => closed.resolve()));
    const url = `https://127.0.0.1:${await listen(server)}/`;
    const before = endpointAt(url, { tls: { ...noTls, trustCaPem: read("ca.pem") } });
    const after = endpointAt(url, { tls: { ...noTls, trustCaPem: read("other.pem") } });
    const transport = newTransport();
    expect(await transport.invoke(request(before))).toMatchObject({ kind: "reply" });
    server.setSecureContext({ key: read("other.key"), cert: read("other.pem") });
    transport.retain([after]);
    await closed.promise;
    expect(await transport.invoke(request(after))).toMatchObject({ kind: "reply" });
    expect(await newTransport().invoke(request(before))).toMatchObject(failed("ENDPOINT_TLS", "down"));
  });

  test("an unknown CA is a TLS failure", async () => {
    expect(await call(await serveTls(false))).toMatchObject(failed("ENDPOINT_TLS", "down"));
  });

  test("a client certificate with an encrypted key is presented", async () => {
    const tls = {
      trustCaPem: read("ca.pem"),
      clientCertPem: read("client.pem"),
      clientKeyPem: read("client.p8"),
      clientKeyPassword: "secret",
    };
    expect(await call(await serveTls(true), { tls })).toMatchObject({ kind: "reply" });
  });

  test("a server that wants a client certificate is refused or cut, and the cure names the setting", async () => {
    const outcome = await call(await serveTls(true), { tls: { ...noTls, trustCaPem: read("ca.pem") } });
    expect(outcome).toMatchObject({
      kind: "failure",
      failure: { code: expect.stringMatching(/^ENDPOINT_(TLS|DISCONNECTED)$/), cure: expect.stringContaining("client_cert") },
    });
  });

  test("an unreadable key is a TLS failure, not an exception", async () => {
    const tls = {
      trustCaPem: read("ca.pem"),
      clientCertPem: read("client.pem"),
      clientKeyPem: read("client.p8"),
      clientKeyPassword: "wrong",
    };
    expect(await call(await serveTls(true), { tls })).toMatchObject(failed("ENDPOINT_TLS", "down"));
  });

  test("TLS towards a plain port is a TLS failure", async () => {
    const url = await serve(answer(oneMessage));
    expect(await call(url.replace("http:", "https:"))).toMatchObject(failed("ENDPOINT_TLS", "down"));
  });
});
