/**
 * What answers at the gateway's URL without being a gateway is never taken for one, and nothing of it is kept.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { answering } from "./answering.ts";
import { runCli } from "./run-cli.ts";

describe("an answer that no gateway gave is never mistaken for one", () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const half = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":')),
      pull: () => {
        throw new TypeError("terminated");
      },
    });
  const typed = (body: BodyInit | null, type: string, status = 200): Response =>
    new Response(body, { status, headers: { "content-type": type } });
  const commands = [
    ["modules", "list"],
    ["entities", "export", "a/b"],
    ["tail"],
    ["call", "a/b/c", "x", "--stream"],
    ["backup", join(folder, "kept")],
    ["savepoints", "download", "x", join(folder, "kept")],
    ["move", "--to", "flink"],
  ];

  test.each([
    ["a page of another server", () => typed("<html>Sign in</html>", "text/html")],
    ["a text without a type", () => new Response(new TextEncoder().encode("hello"))],
    ["JSON that is none", () => typed("{oops", "application/json")],
    ["an empty answer", () => typed("", "application/json")],
    ["an answer that is cut", () => typed(half(), "application/json")],
    ["a refusal that is cut", () => typed(half(), "application/json", 500)],
    ["a way to somewhere else", () => new Response(null, { status: 302, headers: { location: "http://elsewhere/" } })],
  ])("%s", async (_what, answer) => {
    for (const words of commands) {
      const { code, out, err } = await runCli(words, { fetch: async () => answer() });
      expect([words[0], code, out]).toEqual([words[0], 5, ""]);
      expect(err.trim().split("\n")).toHaveLength(2);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test("JSON of another shape is neither a backup nor a plan, and the doctor says so", async () => {
    for (const answer of [null, 5, "text", {}, []])
      for (const words of [
        ["backup", join(folder, "kept")],
        ["move", "--to", "flink"],
      ])
        expect(await runCli(words, { fetch: answering(200, answer) })).toMatchObject({ code: 5, out: "" });
    expect(existsSync(join(folder, "kept"))).toBe(false);
    const doctor = await runCli(["doctor"], { fetch: answering(200, null) });
    expect(doctor).toMatchObject({ code: 1, out: expect.stringMatching(/^ILL {2}gateway .* is no gateway/m) });
  });

  test.each([
    ["http://127.0.0.1:4280", "UND_ERR_SOCKET", /begins with https/],
    ["https://127.0.0.1:4280", "ERR_SSL_WRONG_VERSION_NUMBER", /begins with http\./],
    ["https://127.0.0.1:4280", "DEPTH_ZERO_SELF_SIGNED_CERT", /NODE_EXTRA_CA_CERTS/],
    ["https://127.0.0.1:4280", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", /NODE_EXTRA_CA_CERTS/],
    ["https://127.0.0.1:4280", "ERR_TLS_CERT_ALTNAME_INVALID", /a name that its certificate is for/],
    ["https://127.0.0.1:4280", "CERT_HAS_EXPIRED", /Renew the certificate/],
  ])("TLS at %s that comes to %s has its own cure, and no one is told to end the listening program", async (url, code, cure) => {
    const fetch = async (): Promise<Response> => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("no TLS"), { code }) });
    };
    for (const words of [["modules", "list"], ["doctor"]]) {
      const ran = await runCli(["--url", url, ...words], { fetch });
      expect(ran.code).toBe(words[0] === "doctor" ? 1 : 5);
      expect(`${ran.out}${ran.err}`).toMatch(cure);
      expect(`${ran.out}${ran.err}`).not.toMatch(/signalbox start|port /);
    }
  });

  test("a file that differs from its record is not kept", async () => {
    const fetch: typeof globalThis.fetch = async (url) =>
      String(url instanceof URL ? url.pathname : "").endsWith("/file")
        ? typed("damaged", "application/vnd.sqlite3")
        : Response.json({ savepoints: [{ id: "x", checksum: "0".repeat(64) }] });
    const ran = await runCli(["savepoints", "download", "x", join(folder, "kept")], { fetch });
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("checksum") });
    expect(readdirSync(folder)).toEqual([]);
  });
});
