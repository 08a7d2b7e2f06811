/**
 * profileKeys: the keys of a profile in a file that a module names. The SDK's own reader takes such a file at its word: it runs the command
 * that a profile names (`credential_process`), opens further files, and reads a device without end. Only the machine's own ~/.aws may have
 * that.
 * Neighbour: kinesis-client.ts.
 */
import { readRegularFile } from "@signalbox/runtime/regular-file";
import { KinesisError } from "./kinesis-error.ts";

export interface ProfileKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const fileBytesMax = 1024 * 1024;

export async function profileKeys(path: string, profile: string): Promise<ProfileKeys> {
  const unusable = (detail: string): KinesisError => new KinesisError({ code: "PROFILE_UNUSABLE", where: path, detail });
  const read = await readRegularFile(path, fileBytesMax);
  if (read.kind === "error") throw unusable(read.reason);
  const found = settingsOf(read.bytes.toString("utf8"), profile);
  if (found === undefined) throw unusable(`it has no profile ${profile}`);
  const [accessKeyId, secretAccessKey, sessionToken] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"].map((name) =>
    found.get(name),
  );
  if (accessKeyId === undefined || secretAccessKey === undefined) throw unusable(`the profile ${profile} has no keys`);
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** Returns undefined when there is no such profile. */
function settingsOf(text: string, profile: string): ReadonlyMap<string, string> | undefined {
  let found: Map<string, string> | undefined;
  let inside = false;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    if (line.startsWith("[") && line.endsWith("]")) {
      const name = line.slice(1, -1).trim();
      inside = name === profile || (name.startsWith("profile ") && name.slice("profile ".length).trim() === profile);
      if (inside) found ??= new Map();
      continue;
    }
    const equals = line.indexOf("=");
    if (inside && equals > 0) found?.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return found;
}
