/**
 * Credentials: what is sent to a cluster's REST API (the header Authorization, from a setting or a file), and which authorities are trusted
 * there beside those of Node. Files are read again while the gateway runs: at most once a second, and at once after a refusal; while a file
 * cannot be read, what it held stays in force. Guarantee: no message holds the header or its token. Neighbour: cluster-http.ts.
 */
import { X509Certificate } from "node:crypto";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { readRegularFile } from "@signalbox/runtime/regular-file";
import { FlinkProblem } from "./flink-problem.ts";

export interface CredentialSettings {
  /** A whole value of the header. */
  readonly authorization?: string | undefined;
  /** A file that holds such a value, or only a token, which is sent as Bearer. */
  readonly authorizationFile?: string | undefined;
  /** PEM file of authorities that issued the cluster's certificate. */
  readonly authorityFile?: string | undefined;
}

const readAgainMs = 1_000;
const headerBytesMax = 64 * 1024;
const authorityBytesMax = 1024 * 1024;
/** Shorter ones would hide words of every answer. */
const hiddenCharactersMin = 4;

/** Reads the content of a file; throws the rest of a sentence that begins with its path. */
type Meaning<T> = (text: string) => T;

class ReadAgain<T> {
  readonly #setting: string;
  readonly #path: string;
  readonly #bytesMax: number;
  readonly #meaning: Meaning<T>;
  #text: string | undefined;
  #held: { readonly value: T } | undefined;
  #wrong = "";
  #readMs = Number.NEGATIVE_INFINITY;

  constructor(place: { readonly setting: string; readonly path: string; readonly bytesMax: number }, meaning: Meaning<T>) {
    this.#setting = place.setting;
    this.#path = place.path;
    this.#bytesMax = place.bytesMax;
    this.#meaning = meaning;
  }

  /** Rejects while the file has never held anything usable. */
  async value(): Promise<T> {
    if (performance.now() - this.#readMs >= readAgainMs) await this.readNow();
    if (this.#held !== undefined) return this.#held.value;
    throw new FlinkProblem("barred", `${this.#setting}: ${this.wrong}`, { cure: "Write the file anew; it is read again by itself." });
  }

  async readNow(): Promise<void> {
    this.#readMs = performance.now();
    const read = await readRegularFile(this.#path, this.#bytesMax);
    if (read.kind === "error") {
      this.#wrong = read.reason;
      return;
    }
    const text = read.bytes.toString("utf8").trim();
    try {
      if (text !== this.#text || this.#held === undefined) this.#held = { value: this.#meaning(text) };
      this.#text = text;
      this.#wrong = "";
    } catch (error) {
      this.#wrong = error instanceof Error ? error.message : "cannot be used";
    }
  }

  /** Returns the reason why it cannot be used now, with its path; an empty text when it can. */
  get wrong(): string {
    return this.#wrong === "" ? "" : `${this.#path} ${this.#wrong}`;
  }
}

export class Credentials {
  readonly #authorization: string | undefined;
  readonly #headerFile: ReadAgain<string> | undefined;
  readonly #authorities: ReadAgain<SecureContext> | undefined;
  /** The header as it was last sent. */
  #shown: string | undefined;

  constructor({ authorization, authorizationFile, authorityFile }: CredentialSettings) {
    this.#authorization = authorization;
    this.#headerFile =
      authorizationFile === undefined
        ? undefined
        : new ReadAgain({ setting: "SIGNALBOX_FLINK_AUTHORIZATION_FILE", path: authorizationFile, bytesMax: headerBytesMax }, headerOf);
    this.#authorities =
      authorityFile === undefined
        ? undefined
        : new ReadAgain({ setting: "SIGNALBOX_FLINK_CA", path: authorityFile, bytesMax: authorityBytesMax }, trustOf);
  }

  /** Undefined when none is sent. */
  async header(): Promise<string | undefined> {
    this.#shown = (await this.#headerFile?.value()) ?? this.#authorization;
    return this.#shown;
  }

  /** The header that the file holds now; undefined when it is the one that was refused. */
  async renewed(refused: string | undefined): Promise<string | undefined> {
    await this.#headerFile?.readNow();
    const now = await this.header();
    return now === refused ? undefined : now;
  }

  /** Undefined when only those of Node are trusted. */
  async trusted(): Promise<SecureContext | undefined> {
    return this.#authorities?.value();
  }

  /** A proxy may repeat in its answer what it was sent. */
  hidden(text: string): string {
    const shown = this.#shown ?? "";
    const secrets = [shown, shown.slice(shown.indexOf(" ") + 1)].filter(({ length }) => length >= hiddenCharactersMin);
    return secrets.reduce((left, secret) => left.replaceAll(secret, "(hidden)"), text);
  }

  /** For the answers 401 and 403. */
  refused(status: number, base: string): FlinkProblem {
    const stale =
      this.#headerFile === undefined || this.#headerFile.wrong === ""
        ? ""
        : `; ${this.#headerFile.wrong}, so what it held before was shown`;
    const cure = this.#cureOf(status);
    if (status === 403) return new FlinkProblem("barred", `${base} knows who asks, and does not allow it (403)${stale}`, { status, cure });
    const shown = this.#shown === undefined ? "wants to know who asks, and nothing was shown" : "does not know what was shown";
    return new FlinkProblem("barred", `${base} ${shown} (401)${stale}`, { status, cure });
  }

  #cureOf(status: number): string {
    if (this.#shown === undefined)
      return "Set SIGNALBOX_FLINK_AUTHORIZATION to the header (Bearer and a token, or Basic and user:password in base64), or SIGNALBOX_FLINK_AUTHORIZATION_FILE to a file with it.";
    if (this.#headerFile !== undefined)
      return status === 403
        ? "Give whom the file of SIGNALBOX_FLINK_AUTHORIZATION_FILE names the right to Flink's REST API, or put another token there; it is read again by itself."
        : "Put a token that is good into the file of SIGNALBOX_FLINK_AUTHORIZATION_FILE; it is read again by itself.";
    return status === 403
      ? "Give whom SIGNALBOX_FLINK_AUTHORIZATION names the right to Flink's REST API."
      : "Correct SIGNALBOX_FLINK_AUTHORIZATION, and start the gateway again.";
  }
}

/** `text` is part of no message. */
function headerOf(text: string): string {
  if (/^(Bearer|Basic) [\x21-\x7e]+$/.test(text)) return text;
  if (/^[\x21-\x7e]+$/.test(text)) return `Bearer ${text}`;
  throw new Error(text === "" ? "is empty" : "holds neither a token nor Bearer or Basic with one");
}

function trustOf(pem: string): SecureContext {
  try {
    // OpenSSL ignores what is no certificate.
    void new X509Certificate(pem);
  } catch {
    throw new Error("holds no certificate of an authority");
  }
  return createSecureContext({ ca: [...getCACertificates("default"), pem] });
}
