/**
 * findProgram: finds a program that a suite needs: the one that a variable names, else in PATH, where Debian puts servers, and where `go
 * install` puts what it builds.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** `variable` is an environment variable that names a program somewhere else. */
export function findProgram(name: string, variable: string): string | undefined {
  const named = process.env[variable];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", join(homedir(), "go/bin")];
  const candidates = named === undefined ? folders.map((folder) => join(folder, name)) : [named];
  return candidates.find((path) => existsSync(path));
}
