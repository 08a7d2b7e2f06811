/**
 * The jars of a real broker and of Java's own command line consumer, fetched once from Maven Central into a cache folder outside of the
 * repository and held against their hashes (broker-jars.json). `node e2e/kafka/broker-jars.ts` fetches them ahead of the tests.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../tools/stale-step.ts";

const manifestJson = z.object({
  version: z.string(),
  repository: z.url(),
  jars: z.array(z.object({ path: z.string(), sha256: z.string().length(64) })),
});
const manifest = manifestJson.parse(JSON.parse(readFileSync(join(repositoryRoot, "e2e/kafka/broker-jars.json"), "utf8")));

const javaLeast = 17;
const fetchesAtOnce = 6;
const attemptsMax = 3;

/** SIGNALBOX_TEST_KAFKA names another folder. */
export const brokerFolder =
  process.env["SIGNALBOX_TEST_KAFKA"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "signalbox", `kafka-${manifest.version}`);

export const jarsFolder = join(brokerFolder, "jars");

/** Returns why a broker cannot be started here; undefined when it can. */
export function whyNoBroker(): string | undefined {
  const answer = spawnSync("java", ["-version"], { encoding: "utf8" });
  if (answer.error !== undefined) return "there is no java";
  const version = /version "(\d+)/.exec(answer.stderr)?.[1];
  return Number(version) >= javaLeast ? undefined : `java is ${version ?? "unknown"}, the broker wants ${javaLeast}`;
}

export async function fetchBrokerJars(): Promise<void> {
  mkdirSync(jarsFolder, { recursive: true });
  const wanted = manifest.jars.filter(({ path }) => !existsSync(join(jarsFolder, basename(path))));
  const worker = async (): Promise<void> => {
    for (let jar = wanted.shift(); jar !== undefined; jar = wanted.shift()) await fetchJar(jar);
  };
  await Promise.all(Array.from({ length: fetchesAtOnce }, worker));
}

async function fetchJar({ path, sha256 }: { path: string; sha256: string }): Promise<void> {
  const url = `${manifest.repository}/${path}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const found = createHash("sha256").update(bytes).digest("hex");
      if (found !== sha256) throw new Error(`${url} has the hash ${found}, not ${sha256}`);
      const place = join(jarsFolder, basename(path));
      // Two test files may fetch at the same time, so the file is renamed into place when it is complete.
      writeFileSync(`${place}.${process.pid}`, bytes);
      renameSync(`${place}.${process.pid}`, place);
      return;
    } catch (error) {
      if (attempt >= attemptsMax) throw new Error(`the broker's jars could not be fetched: ${url}`, { cause: error });
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  await fetchBrokerJars();
  console.log(`${manifest.jars.length} jars of Kafka ${manifest.version} are in ${jarsFolder}`);
}
