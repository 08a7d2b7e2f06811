/**
 * Machines by client certificate: who the caller is, over HTTP, the messages' fast path and gRPC; and each way in which a certificate is
 * refused.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminService } from "../../src/surfaces/grpc/service-definitions.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let folder = "";
let box: TestGateway;
let adminCookie = "";
const at = (name: string): string => join(folder, name);
const openssl = (...words: string[]): void => void execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function authority(name: string): void {
  openssl("req", "-x509", ...newKey, "-days", "2", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`);
}

function certify(name: string, { by, names, days = "2" }: { by: string; names: string; days?: string }): void {
  openssl("req", ...newKey, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
  writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\n`);
  const signed = ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-CAcreateserial", "-days", days, "-extfile", `${name}.ext`];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-out", `${name}.pem`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-mtls-"));
  authority("ours");
  authority("theirs");
  certify("gateway", { by: "ours", names: "DNS:localhost,IP:127.0.0.1" });
  certify("robot", { by: "ours", names: "DNS:robot.example.com,URI:spiffe://example.com/robot" });
  certify("unknown", { by: "ours", names: "DNS:unknown.example.com" });
  certify("stranger", { by: "theirs", names: "DNS:robot.example.com" });
  certify("late", { by: "ours", names: "DNS:robot.example.com", days: "-1" });
  copyFileSync(at("ours.pem"), at("clients.pem"));
  box = await startGateway({
    login: "on",
    tls: { certificate: at("gateway.pem"), key: at("gateway.key"), clientAuthority: at("clients.pem") },
  });
  const code = box.gateway.core.identity.firstLink() ?? "";
  const setUp = await ask("/v1/setup", { json: { code, name: "ada", password: "a long enough password" } });
  adminCookie = setUp.cookie;
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly json?: unknown;
  readonly method?: string;
  readonly cookie?: string;
  readonly as?: string;
  readonly agent?: Agent;
}

function ask(path: string, { json, method, cookie, as, agent }: Asked = {}): Promise<{ status: number; text: string; cookie: string }> {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const certificate = as === undefined ? {} : { cert: readFileSync(at(`${as}.pem`)), key: readFileSync(at(`${as}.key`)) };
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port: box.gateway.port,
        path,
        method: method ?? (body === undefined ? "GET" : "POST"),
        ca: readFileSync(at("ours.pem")),
        agent: agent ?? false,
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...(cookie === undefined ? {} : { cookie }) },
        ...certificate,
      },
      (answer) => {
        let text = "";
        answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
        const [set = ""] = answer.headers["set-cookie"] ?? [];
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text, cookie: set.split(";", 1)[0] ?? "" }));
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

const asAdmin = (path: string, asked: Omit<Asked, "cookie">) => ask(path, { ...asked, cookie: adminCookie });

async function makeKnown(name: string, certificate: string): Promise<string> {
  const made = await asAdmin("/v1/tokens", { json: { name, certificate, grants: [{ role: "sender", namespace: "shop" }] } });
  expect([made.status, made.text]).toEqual([201, expect.stringContaining('"token":null')]);
  return (JSON.parse(made.text) as { id: string }).id;
}

function overGrpc(as: string): Promise<{ code: number; details: string }> {
  const [ca, key, cert] = ["ours.pem", `${as}.key`, `${as}.pem`].map((name) => readFileSync(at(name)));
  const client = new Client(`localhost:${box.gateway.grpcPort}`, credentials.createSsl(ca, key, cert));
  const { path, requestSerialize, responseDeserialize } = adminService["ListEntities"] ?? expect.unreachable();
  return new Promise((resolve) =>
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { type: "shop/cart" }, (error) => {
      client.close();
      resolve({ code: error?.code ?? 0, details: error?.details ?? "" });
    }),
  );
}

describe("a machine that is known", () => {
  test("is named by an alternative name of its certificate, with the roles that it was given, on every door", async () => {
    const id = await makeKnown("robot", "URI:spiffe://example.com/robot");
    const me = JSON.parse((await ask("/v1/me", { as: "robot" })).text) as Record<string, unknown>;
    expect(me).toMatchObject({ kind: "machine", name: "robot", grants: [{ role: "sender", namespace: "shop" }] });
    expect((await ask("/v1/entities/shop/cart", { as: "robot" })).status).toBe(200);
    expect((await ask("/v1/entities/pay/bill", { as: "robot" })).text).toContain("FORBIDDEN");
    // The fast path serves a connection that stays open, and node:http one that closes.
    const agent = new Agent({ keepAlive: true });
    for (const message of [
      { as: "robot", json: "x" },
      { as: "robot", json: "x", agent },
    ]) {
      expect((await ask("/v1/messages/shop/cart/a", message)).text).toContain("UNKNOWN_FUNCTION_TYPE");
      expect((await ask("/v1/messages/pay/bill/a", message)).text).toContain("FORBIDDEN");
    }
    agent.destroy();
    expect(await overGrpc("robot")).toEqual({ code: 0, details: "" });
    const listed = (await asAdmin("/v1/tokens", {})).text;
    expect(listed).toContain('"certificate":"URI:spiffe://example.com/robot"');
    await asAdmin(`/v1/tokens/${id}`, { method: "DELETE" });
  });

  test("is refused on its open connection once it is revoked, and its name can be given again", async () => {
    const id = await makeKnown("robot", "CN=robot");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask("/v1/entities/shop/cart", { as: "robot", agent })).status).toBe(200);
    expect((await asAdmin("/v1/tokens", { json: { name: "other", certificate: "CN=robot", grants: [], ingress: "http" } })).text).toContain(
      "CERTIFICATE_TAKEN",
    );
    await asAdmin(`/v1/tokens/${id}`, { method: "DELETE" });
    const refused = await ask("/v1/entities/shop/cart", { as: "robot", agent });
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining("nobody here goes by DNS:robot.example.com or")]);
    agent.destroy();
    const again = await makeKnown("robot again", "CN=robot");
    expect((await ask("/v1/entities/shop/cart", { as: "robot" })).status).toBe(200);
    await asAdmin(`/v1/tokens/${again}`, { method: "DELETE" });
  });

  test("is made by admins alone", async () => {
    const made = await asAdmin("/v1/tokens", { json: { name: "plain", grants: [{ role: "viewer", namespace: "shop" }] } });
    const { token } = JSON.parse(made.text) as { token: string };
    expect(token).toMatch(/^sb_/);
    const invited = await asAdmin("/v1/people", { json: { name: "ben", grants: [{ role: "operator", namespace: "shop" }] } });
    const { link } = JSON.parse(invited.text) as { link: { code: string } };
    const { cookie } = await ask("/v1/setup", { json: { code: link.code, name: "ben", password: "a long enough password" } });
    const refused = await ask("/v1/tokens", {
      cookie,
      json: { name: "x", certificate: "CN=x", grants: [{ role: "viewer", namespace: "shop" }] },
    });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("admins")]);
  });
});

describe("a refused certificate says why", () => {
  test.each([
    ["late", "it has run out (CERT_HAS_EXPIRED)"],
    ["stranger", "no authority in the file of SIGNALBOX_TLS_CLIENT_CA vouches for it"],
    ["unknown", "nobody here goes by DNS:unknown.example.com or CN=unknown"],
  ])("%s", async (as, why) => {
    const id = await makeKnown("robot", "DNS:robot.example.com");
    const refused = await ask("/v1/me", { as });
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining(why)]);
    expect(refused.text).toContain("UNAUTHENTICATED");
    const message = await ask("/v1/messages/shop/cart/a", { as, json: "x" });
    expect([message.status, message.text]).toEqual([401, expect.stringContaining(why)]);
    expect(await overGrpc(as)).toMatchObject({ code: 16, details: expect.stringContaining(why) });
    // A person signs in on the same connection; then the certificate does not count.
    expect((await ask("/v1/me", { as, cookie: adminCookie })).status).toBe(200);
    await asAdmin(`/v1/tokens/${id}`, { method: "DELETE" });
  });

  test("without a certificate nothing changes", async () => {
    expect(JSON.parse((await ask("/v1/me")).text)).toMatchObject({ kind: "anonymous" });
  });
});

test("another authority in the file counts for new connections, and the former one no longer", async () => {
  const id = await makeKnown("robot", "DNS:robot.example.com");
  expect((await ask("/v1/me", { as: "robot" })).status).toBe(200);
  copyFileSync(at("theirs.pem"), at("clients.pem"));
  await expect.poll(async () => (await ask("/v1/me", { as: "robot" })).status).toBe(401);
  expect(JSON.parse((await ask("/v1/me", { as: "stranger" })).text)).toMatchObject({ kind: "machine", name: "robot" });
  await asAdmin(`/v1/tokens/${id}`, { method: "DELETE" });
});

test("a file without an authority stops the start with a message", async () => {
  const tls = { certificate: at("gateway.pem"), key: at("gateway.key"), clientAuthority: at("robot.key") };
  await expect(startGateway({ tls })).rejects.toMatchObject({ code: "INVALID_CERTIFICATE", where: "SIGNALBOX_TLS_CLIENT_CA" });
});
