/**
 * ClusterJars: the jars of a Flink cluster with StateFun, fetched once from Maven Central into a cache folder outside of the repository and
 * checked against their hashes (versions.json). Nothing else in this package uses the network on its own. Guarantee: what a mirror sends is
 * bounded in size and in time, and goes to a file in pieces; a jar that is not whole is not left behind.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { versions, type JarUse } from "../versions.ts";

const fetchesAtOnce = 6;
const attemptsMax = 3;

export interface JarLimits {
  readonly jarBytesMax: number;
  readonly jarMsMax: number;
  readonly silenceMsMax: number;
}

/** Several times what the largest one (flink-dist) needs. */
const jarLimits: JarLimits = { jarBytesMax: 512 * 1024 * 1024, jarMsMax: 30 * 60_000, silenceMsMax: 60_000 };

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
  readonly limits?: JarLimits;
}

/** Returns how many were fetched. SIGNALBOX_MAVEN_REPOSITORY names a mirror; the hashes stay those of Maven Central. */
export async function fetchClusterJars({ env, uses, onProgress, signal, limits = jarLimits }: FetchOptions): Promise<number> {
  const folder = jarsFolder(env);
  const repository = (env["SIGNALBOX_MAVEN_REPOSITORY"] ?? versions.repository).replace(/\/$/, "");
  mkdirSync(folder, { recursive: true });
  const missing = versions.jars.filter((jar) => uses.includes(jar.for) && !existsSync(join(folder, basename(jar.path))));
  const wanted = missing.length;
  let fetched = 0;
  let bytes = 0;
  const others = new AbortController();
  const until = signal === undefined ? others.signal : AbortSignal.any([signal, others.signal]);
  const worker = async (): Promise<void> => {
    for (let jar = missing.shift(); jar !== undefined; jar = missing.shift()) {
      const place = join(folder, basename(jar.path));
      bytes += await fetchJar({ url: `${repository}/${jar.path}`, sha256: jar.sha256, place, signal: until, limits });
      onProgress?.({ fetched: ++fetched, wanted, bytes });
    }
  };
  const workers = Array.from({ length: fetchesAtOnce }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    // One that fails ends the others, so that nothing goes on after the answer.
    others.abort();
    await Promise.allSettled(workers);
    throw error;
  }
  return wanted;
}

interface Wanted {
  readonly url: string;
  readonly sha256: string;
  readonly place: string;
  readonly signal: AbortSignal;
  readonly limits: JarLimits;
}

async function fetchJar(wanted: Wanted): Promise<number> {
  const { url, signal } = wanted;
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(wanted);
    } catch (error) {
      if (attempt >= attemptsMax || signal.aborted)
        throw new Error(`a jar of Flink could not be fetched: ${url} (SIGNALBOX_MAVEN_REPOSITORY names a mirror)`, { cause: error });
    }
  }
}

/** Two processes may fetch at the same time, so a jar is whole or not there. */
async function fetchOnce({ url, sha256, place, signal, limits }: Wanted): Promise<number> {
  const part = `${place}.${process.pid}`;
  const stop = new AbortController();
  const giveUp = (why: string) => () => stop.abort(new Error(`${url} ${why}`));
  const whole = setTimeout(giveUp(`is not whole after ${limits.jarMsMax} ms`), limits.jarMsMax);
  let quiet = setTimeout(giveUp(`sends nothing for ${limits.silenceMsMax} ms`), limits.silenceMsMax);
  const file = await open(part, "w");
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, stop.signal]) });
    if (!answer.ok || answer.body === null) throw new Error(`${url} answered ${answer.status}`);
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const piece of answer.body) {
      clearTimeout(quiet);
      quiet = setTimeout(giveUp(`sends nothing for ${limits.silenceMsMax} ms`), limits.silenceMsMax);
      bytes += piece.length;
      if (bytes > limits.jarBytesMax) throw new Error(`${url} has more than ${limits.jarBytesMax} bytes`);
      hash.update(piece);
      await file.write(piece);
    }
    const found = hash.digest("hex");
    if (found !== sha256) throw new Error(`${url} has the hash ${found}, not ${sha256}`);
    await file.close();
    renameSync(part, place);
    return bytes;
  } catch (error) {
    await file.close();
    rmSync(part, { force: true });
    throw error;
  } finally {
    clearTimeout(whole);
    clearTimeout(quiet);
    stop.abort();
  }
}
