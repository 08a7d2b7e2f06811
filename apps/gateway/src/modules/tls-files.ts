/**
 * loadTlsFiles: reads the certificates that a parsed module names and puts their texts into its endpoints. Separate from parsing, which
 * touches no file. A file that is absent, no regular file, too large, no PEM or refused by OpenSSL (tls-check.ts) is an issue at the
 * endpoint's place.
 * Guarantee: it answers, whatever the paths name (the engine's readRegularFile), and what it reads is bounded in each and in sum.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { TlsOptions } from "@signalbox/runtime";
import { readRegularFile } from "@signalbox/runtime/regular-file";
import { IssueList } from "../shape/issues.ts";
import type { ModuleParse, ParsedEndpoint, ParsedModule, TlsLocations } from "./parsed-module.ts";
import { wrongTls, type WrongTls } from "./tls-check.ts";

const tlsFileBytesMax = 1024 * 1024;
/** Bytes of the files of one module; a file that several endpoints name counts once. */
const tlsFilesBytesMax = 16 * 1024 * 1024;

export interface TlsFileOptions {
  /** Relative locations start here. */
  readonly folder: string;
}

export async function loadTlsFiles(module: ParsedModule, { folder }: TlsFileOptions): Promise<ModuleParse> {
  const issues = new IssueList();
  const files = new TlsFiles(folder);
  const endpoints = await Promise.all(module.endpoints.map((endpoint) => withTls(endpoint, files, issues)));
  return issues.errorCount > 0 ? { issues: issues.sorted() } : { issues: [], document: { ...module, endpoints } };
}

async function withTls(endpoint: ParsedEndpoint, files: TlsFiles, issues: IssueList): Promise<ParsedEndpoint> {
  const { tlsLocations, shownTlsLocations: shown, position, spec } = endpoint;
  if (tlsLocations === undefined) return endpoint;
  const read = async (property: string, location: string | undefined, shownLocation = location): Promise<string | undefined> => {
    if (location === undefined) return undefined;
    const file = await files.text(location);
    const reason = file.kind === "error" ? file.reason : wrongContent(property, file.text);
    if (reason !== undefined) issues.error(position, `\`${property}\` of ${spec.id}: ${shownLocation} ${reason}.`);
    return file.kind === "ok" ? file.text : undefined;
  };
  const tls: TlsOptions = {
    trustCaPem: await read("trust_cacerts", tlsLocations.trustCa, shown?.trustCa),
    clientCertPem: await read("client_cert", tlsLocations.clientCert, shown?.clientCert),
    clientKeyPem: await read("client_key", tlsLocations.clientKey, shown?.clientKey),
    clientKeyPassword: (await read("client_key_password", tlsLocations.clientKeyPassword, shown?.clientKeyPassword))?.trim(),
  };
  if (issues.errorCount === 0) {
    const wrong = wrongTls(tls);
    if (wrong !== undefined) {
      const location = locationsByProperty(tlsLocations)[wrong.property] ?? "";
      issues.error(position, `\`${wrong.property}\` of ${spec.id}: ${location} ${wrong.reason}.`);
    }
  }
  return { ...endpoint, spec: { ...spec, transport: { ...spec.transport, tls } } };
}

function locationsByProperty(locations: TlsLocations): Record<WrongTls["property"], string | undefined> {
  return {
    trust_cacerts: locations.trustCa,
    client_cert: locations.clientCert,
    client_key: locations.clientKey,
    client_key_password: locations.clientKeyPassword,
  };
}

type FileText = { readonly kind: "ok"; readonly text: string } | { readonly kind: "error"; readonly reason: string };

/** The files of one module, each read once. */
class TlsFiles {
  readonly #folder: string;
  readonly #texts = new Map<string, Promise<FileText>>();
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  text(location: string): Promise<FileText> {
    const path = pathOf(location, this.#folder);
    if (path === undefined)
      return Promise.resolve({ kind: "error", reason: "is no location of this machine; write a path or file:<path>" });
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const text = this.#read(path);
    this.#texts.set(path, text);
    return text;
  }

  async #read(path: string): Promise<FileText> {
    const file = await readRegularFile(path, tlsFileBytesMax);
    if (file.kind === "error") return file;
    this.#bytes += file.bytes.length;
    if (this.#bytes > tlsFilesBytesMax)
      return { kind: "error", reason: `is one too many: the files of a module have ${tlsFilesBytesMax} bytes at most` };
    return { kind: "ok", text: file.bytes.toString("utf8") };
  }
}

function pathOf(location: string, folder: string): string | undefined {
  if (!location.startsWith("file:")) return resolve(folder, location);
  if (!location.startsWith("file://")) return resolve(folder, location.slice("file:".length));
  try {
    return fileURLToPath(location);
  } catch {
    return undefined;
  }
}

function wrongContent(property: string, text: string): string | undefined {
  if (property === "client_key_password") return text.trim() === "" ? "is empty" : undefined;
  return text.includes("-----BEGIN ") ? undefined : "holds no PEM text (-----BEGIN …)";
}
