/**
 * SecretSettings: the key that seals secrets (secrets/secret-cipher.ts), from the environment or a file. Neighbour: env.ts reads these with
 * all others.
 */
import { readFileSync, statSync } from "node:fs";
import { keyBytes, SecretCipher } from "./secrets/secret-cipher.ts";
import { textSetting, type Setting } from "./setting.ts";

const cure = `write ${keyBytes} bytes as base64 (openssl rand -base64 ${keyBytes}); several with commas between: the first seals, all open`;
const fileBytesMax = 4_096;

export const secretSettings = {
  secretsKey: textSetting("SIGNALBOX_SECRETS_KEY", {
    fallback: "",
    fallbackText: "none: no secrets are kept",
    meaning: "Key that seals the secrets of modules ([docs/security.md](docs/security.md)), as base64; keep a copy elsewhere",
    cure,
  }),
  secretsKeyFile: textSetting("SIGNALBOX_SECRETS_KEY_FILE", {
    fallback: "",
    fallbackText: "none",
    meaning: "The same from a file, for example a mounted Secret",
    cure: "write the path of a file that holds the key",
  }),
};

/** Returns undefined when no key is set. */
export function cipherOf(read: <T>(setting: Setting<T>) => T, problems: string[]): SecretCipher | undefined {
  const [key, file] = [read(secretSettings.secretsKey), read(secretSettings.secretsKeyFile)];
  if (key !== "" && file !== "") problems.push("SIGNALBOX_SECRETS_KEY and SIGNALBOX_SECRETS_KEY_FILE say the same: set one of them.");
  const text = file === "" ? key : textOf(file, problems);
  if (text === "" || problems.length > 0) return undefined;
  const keys = text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map((part) => Buffer.from(part, "base64"));
  if (keys.length > 0 && keys.every((one) => one.length === keyBytes)) return new SecretCipher(keys);
  problems.push(`${file === "" ? "SIGNALBOX_SECRETS_KEY" : `The file ${file} of SIGNALBOX_SECRETS_KEY_FILE`} holds no key: ${cure}.`);
  return undefined;
}

function textOf(path: string, problems: string[]): string {
  try {
    if (!statSync(path).isFile() || statSync(path).size > fileBytesMax) throw new Error("it is no small regular file");
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    problems.push(`SIGNALBOX_SECRETS_KEY_FILE: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    return "";
  }
}
