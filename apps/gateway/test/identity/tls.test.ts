/**
 * TLS on both ports: HTTP and gRPC use the gateway's own certificate, which is read again when it changes.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { Client, credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminService } from "../../src/surfaces/grpc/service-definitions.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let folder = "";
let box: TestGateway;
const files = () => ({ certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") });

function certify(name: string): void {
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const key = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", [...key, ...subject, "-keyout", files().key, "-out", files().certificate], { stdio: "ignore" });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-tls-"));
  certify("first");
  box = await startGateway({ tls: files() });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function ask(path: string, { method = "GET", body = "" } = {}): Promise<{ status: number; text: string }> {
  const ca = readFileSync(files().certificate);
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: box.gateway.port, path, method, ca }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** Returns the name in the certificate of a new connection. */
const shown = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: box.gateway.port, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });

test("HTTP answers over TLS, the messages' fast path too, and not without", async () => {
  expect(box.url).toMatch(/^https:/);
  expect((await ask("/health")).status).toBe(200);
  expect((await ask("/v1/messages/test/visits/a", { method: "POST", body: "hello" })).text).toContain("UNKNOWN_FUNCTION_TYPE");
  await expect(fetch(`http://127.0.0.1:${box.gateway.port}/health`)).rejects.toThrow();
});

test("gRPC answers over TLS", async () => {
  const client = new Client(`localhost:${box.gateway.grpcPort}`, credentials.createSsl(readFileSync(files().certificate)));
  const { path, requestSerialize, responseDeserialize } = adminService["Health"] ?? expect.unreachable();
  const health = await new Promise((resolve, reject) =>
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, (error, reply) =>
      error === null ? resolve(reply) : reject(error),
    ),
  );
  expect(health).toMatchObject({ health: "running" });
  client.close();
});

test("a certificate that changes on disk is the one of new connections", async () => {
  expect(await shown()).toBe("first");
  certify("second");
  await expect.poll(shown, { timeout: 30_000 }).toBe("second");
});

test("unusable files leave the certificate in force, are reported once, and are taken as soon as they are usable", {
  timeout: 60_000,
}, async () => {
  const before = await shown();
  const told = () => box.logged.filter((text) => text.includes("the certificate stays as it was"));
  const kept = readFileSync(files().key);
  const known = told().length;
  // A pipe has no end, so a read of it would block one of the few threads for files.
  execFileSync("mkfifo", [join(folder, "pipe")]);
  renameSync(join(folder, "pipe"), files().key);
  await expect.poll(() => told().length, { timeout: 30_000 }).toBe(known + 2);
  expect(told().at(-1)).toMatch(/is no regular file but a pipe/);
  expect(await shown()).toBe(before);
  writeFileSync(join(folder, "kept"), kept);
  renameSync(join(folder, "kept"), files().key);
  writeFileSync(files().certificate, "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
  await expect.poll(() => told().length, { timeout: 30_000 }).toBe(known + 4);
  expect(await shown()).toBe(before);
  certify("third");
  await expect.poll(shown, { timeout: 30_000 }).toBe("third");
});

test("files that are not a pair stop the start with a message", async () => {
  await expect(startGateway({ tls: { ...files(), key: files().certificate } })).rejects.toMatchObject({ code: "INVALID_CERTIFICATE" });
});
