/** bodyOf: a value as people give it on a command line: the text itself, @file, or - for standard input. */
import { openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { CliError } from "../exit-codes.ts";
import type { Io } from "../io.ts";

export async function bodyOf(io: Io, given: string | undefined): Promise<Uint8Array> {
  if (given === undefined) return new Uint8Array();
  if (given === "-") return io.input();
  if (given.startsWith("@")) return fileBytes(given.slice(1));
  return new TextEncoder().encode(given);
}

/** Returns the value as text. */
export async function textOf(io: Io, given: string): Promise<string> {
  return new TextDecoder().decode(await bodyOf(io, given));
}

export async function fileBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Opens a file of any size; none of it is in memory before it is sent. */
export async function fileBlob(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): CliError {
  const why = error instanceof Error ? error.message : String(error);
  return new CliError("usage", `${path} cannot be read: ${why}`, "Check the path; - reads standard input.");
}

const builtIn = /^(int|long|float|double|bool|string)$/;

/** `int` stands for StateFun's own type; all other types are written in full, namespace/name. */
export function contentTypeOf(type: string | undefined): string | undefined {
  if (type === undefined) return undefined;
  if (builtIn.test(type)) return `application/vnd.io.statefun.types/${type}`;
  if (!type.includes("/"))
    throw new CliError("usage", `"${type}" is no value type`, "Write namespace/name, or one of int, long, float, double, bool, string.");
  return `application/vnd.${type}`;
}
