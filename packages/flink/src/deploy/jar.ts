/** Jar: files as bytes of a jar, and back. The same files give the same bytes: in order of name, of one moment, never of the time of the build. */
import { unzipSync, zipSync } from "fflate";

export type JarFiles = Readonly<Record<string, Uint8Array>>;

/** The first moment that a zip can hold, in local time as zips have it. */
const moment = new Date(1980, 0, 1);

export function jarOf(files: JarFiles): Uint8Array {
  const names = Object.keys(files).toSorted();
  return zipSync(Object.fromEntries(names.map((name) => [name, files[name] ?? new Uint8Array()])), { level: 9, mtime: moment });
}

export function filesOfJar(bytes: Uint8Array): JarFiles {
  return unzipSync(bytes);
}
