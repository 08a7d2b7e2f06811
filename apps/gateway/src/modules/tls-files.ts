/**
 * loadTlsFiles: reads the certificates that a parsed module names and puts their texts into its endpoints. Separate from
 * parsing, which touches no file. A file that is absent, too large or no PEM is an issue at the endpoint's place.
 */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { TlsOptions } from "@signalbox/engine";
import { IssueList } from "./issues.ts";
import type { ModuleParse, ParsedEndpoint, ParsedModule } from "./parsed-module.ts";

const tlsFileBytesMax = 1024 * 1024;

export interface TlsFileOptions {
  /** Relative locations start here. */
  readonly folder: string;
}

export async function loadTlsFiles(module: ParsedModule, { folder }: TlsFileOptions): Promise<ModuleParse> {
  const issues = new IssueList();
  const endpoints = await Promise.all(module.endpoints.map((endpoint) => withTls(endpoint, folder, issues)));
  return issues.errorCount > 0 ? { issues: issues.sorted() } : { issues: [], document: { ...module, endpoints } };
}

async function withTls(endpoint: ParsedEndpoint, folder: string, issues: IssueList): Promise<ParsedEndpoint> {
  const { tlsLocations, position, spec } = endpoint;
  if (tlsLocations === undefined) return endpoint;
  const read = async (property: string, location: string | undefined): Promise<string | undefined> => {
    if (location === undefined) return undefined;
    const file = await readText(location, folder);
    const reason = file.kind === "error" ? file.reason : wrongContent(property, file.text);
    if (reason !== undefined) issues.error(position, `\`${property}\` of ${spec.id}: ${location} ${reason}.`);
    return file.kind === "ok" ? file.text : undefined;
  };
  const tls: TlsOptions = {
    trustCaPem: await read("trust_cacerts", tlsLocations.trustCa),
    clientCertPem: await read("client_cert", tlsLocations.clientCert),
    clientKeyPem: await read("client_key", tlsLocations.clientKey),
    clientKeyPassword: (await read("client_key_password", tlsLocations.clientKeyPassword))?.trim(),
  };
  return { ...endpoint, spec: { ...spec, transport: { ...spec.transport, tls } } };
}

type FileText = { readonly kind: "ok"; readonly text: string } | { readonly kind: "error"; readonly reason: string };

async function readText(location: string, folder: string): Promise<FileText> {
  const path = pathOf(location, folder);
  if (path === undefined) return { kind: "error", reason: "is no location of this machine; write a path or file:<path>" };
  try {
    const { size } = await stat(path);
    if (size > tlsFileBytesMax) return { kind: "error", reason: `is larger than ${tlsFileBytesMax} bytes` };
    return { kind: "ok", text: await readFile(path, "utf8") };
  } catch (error) {
    return { kind: "error", reason: `cannot be read (${codeOf(error)}); check the path and who may read it` };
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

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
