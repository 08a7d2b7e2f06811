/**
 * ClusterJars: the jars of a Flink cluster with StateFun, fetched once from Maven Central into a cache folder outside of the repository and
 * checked against their hashes (versions.json). Nothing else in this package uses the network on its own.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { versions, type JarUse } from "../versions.ts";

const fetchesAtOnce = 6;
const attemptsMax = 3;

type Env = Readonly<Record<string, string | undefined>>;

/** SIGNALBOX_FLINK_JARS names another folder. */
export function jarsFolder(env: Env): string {
  const cache = env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return env["SIGNALBOX_FLINK_JARS"] ?? join(cache, "signalbox", `flink-${versions.flink}-statefun-${versions.statefun}`);
}

/** Their paths in the folder, whether they are there or not, in the order of the class path. */
export function jarPaths(env: Env, uses: readonly JarUse[]): string[] {
  return versions.jars.filter((jar) => uses.includes(jar.for)).map(({ path }) => join(jarsFolder(env), basename(path)));
}

export interface FetchOptions {
  readonly env: Env;
  readonly uses: readonly JarUse[];
  /** `wanted`: how many were not there yet. */
  readonly onProgress?: (progress: { readonly fetched: number; readonly wanted: number; readonly bytes: number }) => void;
  readonly signal?: AbortSignal;
}

/** Returns how many were fetched. SIGNALBOX_MAVEN_REPOSITORY names a mirror; the hashes stay those of Maven Central. */
export async function fetchClusterJars({ env, uses, onProgress, signal }: FetchOptions): Promise<number> {
  const folder = jarsFolder(env);
  const repository = (env["SIGNALBOX_MAVEN_REPOSITORY"] ?? versions.repository).replace(/\/$/, "");
  mkdirSync(folder, { recursive: true });
  const missing = versions.jars.filter((jar) => uses.includes(jar.for) && !existsSync(join(folder, basename(jar.path))));
  const wanted = missing.length;
  let fetched = 0;
  let bytes = 0;
  const worker = async (): Promise<void> => {
    for (let jar = missing.shift(); jar !== undefined; jar = missing.shift()) {
      bytes += await fetchJar({ url: `${repository}/${jar.path}`, sha256: jar.sha256, place: join(folder, basename(jar.path)), signal });
      onProgress?.({ fetched: ++fetched, wanted, bytes });
    }
  };
  await Promise.all(Array.from({ length: fetchesAtOnce }, worker));
  return wanted;
}

interface Wanted {
  readonly url: string;
  readonly sha256: string;
  readonly place: string;
  readonly signal: AbortSignal | undefined;
}

async function fetchJar({ url, sha256, place, signal }: Wanted): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(url, { signal: signal ?? null });
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const found = createHash("sha256").update(bytes).digest("hex");
      if (found !== sha256) throw new Error(`${url} has the hash ${found}, not ${sha256}`);
      // Two processes may fetch at the same time, so a jar is whole or not there.
      writeFileSync(`${place}.${process.pid}`, bytes);
      renameSync(`${place}.${process.pid}`, place);
      return bytes.length;
    } catch (error) {
      if (attempt >= attemptsMax || signal?.aborted === true)
        throw new Error(`a jar of Flink could not be fetched: ${url} (SIGNALBOX_MAVEN_REPOSITORY names a mirror)`, { cause: error });
    }
  }
}
