/** Secrets are sealed under their names with the operator's key; the key is read from the environment or a file. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EnvironmentError, parseEnv } from "../../src/env.ts";
import { SecretCipher } from "../../src/secrets/secret-cipher.ts";

const [key, other] = [randomBytes(32), randomBytes(32)];
const text = "whsec_größe\n";

describe("a sealed text", () => {
  const sealed = new SecretCipher([key]).seal("HOOK", text);

  test("opens with its key, and says whether that key still seals", () => {
    expect(new SecretCipher([key]).open("HOOK", sealed)).toEqual({ kind: "opened", text, isFresh: true });
    expect(new SecretCipher([other, key]).open("HOOK", sealed)).toEqual({ kind: "opened", text, isFresh: false });
  });

  test("contains no part of the text, and differs each time", () => {
    expect(sealed).not.toContain("whsec");
    expect(Buffer.from(sealed.split(".")[2] ?? "", "base64").includes("whsec")).toBe(false);
    expect(new SecretCipher([key]).seal("HOOK", text)).not.toBe(sealed);
  });

  test("opens neither with another key, nor under another name, nor when a bit of it was changed", () => {
    expect(new SecretCipher([other]).open("HOOK", sealed)).toEqual({ kind: "locked" });
    expect(new SecretCipher([key]).open("OTHER", sealed)).toEqual({ kind: "locked" });
    const [version, id, base64 = ""] = sealed.split(".");
    const bytes = Buffer.from(base64, "base64");
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(new SecretCipher([key]).open("HOOK", [version, id, changed.toString("base64")].join("."))).toEqual({ kind: "locked" });
    }
    for (const broken of ["", "v1", "v1..", `v2.${id}.${base64}`, `v1.${id}.AAAA`])
      expect(new SecretCipher([key]).open("HOOK", broken)).toEqual({ kind: "locked" });
  });
});

describe("the key", () => {
  const problemsOf = (env: Record<string, string>): readonly string[] => {
    try {
      parseEnv(env);
      return [];
    } catch (error) {
      return error instanceof EnvironmentError ? error.problems : [];
    }
  };
  const base64 = key.toString("base64");

  test("comes from the environment, or from a file, several with commas or line ends between", () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-key-"));
    try {
      const path = join(folder, "key");
      writeFileSync(path, `${other.toString("base64")}\n${base64}\n`);
      const sealed = parseEnv({ SIGNALBOX_SECRETS_KEY: base64 }).secrets?.seal("A", "x") ?? "";
      expect(parseEnv({ SIGNALBOX_SECRETS_KEY_FILE: path }).secrets?.open("A", sealed)).toEqual({
        kind: "opened",
        text: "x",
        isFresh: false,
      });
      expect(parseEnv({}).secrets).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["too short", { SIGNALBOX_SECRETS_KEY: "c2hvcnQ=" }, "holds no key"],
    ["a file that is not there", { SIGNALBOX_SECRETS_KEY_FILE: "/nowhere/key" }, "cannot be read"],
    ["a device", { SIGNALBOX_SECRETS_KEY_FILE: "/dev/zero" }, "no small regular file"],
    ["both at once", { SIGNALBOX_SECRETS_KEY: base64, SIGNALBOX_SECRETS_KEY_FILE: "/x" }, "set one of them"],
  ])("%s is refused at the start, with the right form", (_what, env, said) => {
    expect(problemsOf(env).join("\n")).toContain(said);
    expect(problemsOf(env).join("\n")).not.toContain(base64);
  });
});
