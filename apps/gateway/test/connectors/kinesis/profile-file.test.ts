/**
 * The file of profiles that a module names: keys are read from it, and nothing that it names is run or opened.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { connectKinesis } from "../../../src/connectors/kinesis/kinesis-client.ts";
import { profileKeys } from "../../../src/connectors/kinesis/profile-file.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-profile-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, "profiles");
  writeFileSync(path, text);
  return path;
}

it("gives the keys of its profile", async () => {
  const text =
    "# mine\r\n[other]\naws_access_key_id = no\n[profile shop]\r\naws_access_key_id = AK\r\nAWS_SECRET_ACCESS_KEY=a=b\naws_session_token = t\n; end\n[next]\naws_access_key_id = no";
  expect(await profileKeys(fileOf(text), "shop")).toEqual({ accessKeyId: "AK", secretAccessKey: "a=b", sessionToken: "t" });
});

it("may have other content: no command of it is run", async () => {
  const mark = join(folder, "was-run");
  // The text lies between other bytes, as a message's bytes do in the store, whose files have known names.
  const path = fileOf(`\u0000\u0001[shop]\n[shop]\ncredential_process = touch ${mark}\n\u0002`);
  const settings = { connectTimeoutMs: 1_000, requestTimeoutMs: 1_000, connectionsMax: 1, verifyCertificate: true };
  const access = { region: "us-east-1", endpoint: "http://127.0.0.1:9", credentials: { kind: "profile", name: "shop", path }, settings };
  const places = { hostRefusal: () => undefined, lookup: undefined } as never;
  const calls = connectKinesis(access as never, { places, signal: new AbortController().signal });
  await expect(calls.describe("s")).rejects.toMatchObject({ code: "PROFILE_UNUSABLE", detail: "the profile shop has no keys" });
  expect(existsSync(mark)).toBe(false);
});

it.each(["/dev/zero", "/", "/nowhere"])("is refused when it is not a regular file: %s", async (path) => {
  await expect(profileKeys(path, "shop")).rejects.toMatchObject({ code: "PROFILE_UNUSABLE", where: path });
});
