/**
 * Jar: writes files as the bytes of a jar, and reads them back. The same files give the same bytes: they are in order of name and carry one
 * fixed time, never that of the build.
 */
import { unzipSync, zipSync } from "fflate";

export type JarFiles = Readonly<Record<string, Uint8Array>>;

/** The earliest time that a zip can hold, in local time as zips store it. */
const moment = new Date(1980, 0, 1);

export function jarOf(files: JarFiles): Uint8Array {
  const names = Object.keys(files).toSorted();
  return zipSync(Object.fromEntries(names.map((name) => [name, files[name] ?? new Uint8Array()])), { level: 9, mtime: moment });
}

export function filesOfJar(bytes: Uint8Array): JarFiles {
  return unzipSync(bytes);
}
