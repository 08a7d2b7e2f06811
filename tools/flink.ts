/**
 * `npm run flink`: a Flink cluster in one JVM on this machine and the gateway on it. It checks Java, fetches what is missing (once, into a
 * cache folder) and says what, starts the cluster in the data directory, then the gateway in this very process. The cluster ends with it;
 * its checkpoints stay for the next start.
 */
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fetchClusterJars, jarsFolder, keepUp, startOneJvmCluster, versions, whyNoJava, type OneJvmCluster } from "@signalbox/flink";
import { productionBuild } from "./build-steps.ts";
import { runStaleSteps } from "./stale-step.ts";
import { toldOptions } from "./told-options.ts";

const restPort = 8081;
const mebibyte = 1024 * 1024;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function fetchWithProgress(): Promise<void> {
  say(`Apache Flink ${versions.flink} with StateFun ${versions.statefun}: jars in ${jarsFolder(process.env)}`);
  const count = await fetchClusterJars({
    env: process.env,
    uses: ["cluster"],
    onProgress: ({ fetched, wanted, bytes }) => {
      if (fetched % 10 === 0 || fetched === wanted)
        say(`  fetched ${fetched} of ${wanted} from Maven Central, ${Math.round(bytes / mebibyte)} MiB`);
    },
  });
  if (count === 0) say("  all there already");
}

async function main(): Promise<void> {
  const why = whyNoJava(process.env);
  if (why !== undefined)
    throw new Error(
      `Flink cannot be started here: ${why}.\n  cure:  Install a Java runtime (Debian: apt install default-jre-headless), or set JAVA_HOME.`,
    );
  await fetchWithProgress();
  await runStaleSteps(productionBuild(""));
  // What the cluster writes is readable by this user only, like the rest of the data directory.
  process.umask(0o077);
  const folder = join(resolve(process.env["SIGNALBOX_DATA_DIR"] ?? ".signalbox"), "flink-cluster");
  say(`Starting the cluster in one JVM: REST on port ${restPort}, log and checkpoints in ${folder}`);
  const start = (): Promise<OneJvmCluster> => startOneJvmCluster({ env: process.env, folder, restPort });
  const cluster = await start();
  say(`The cluster is up (pid ${cluster.pid}). Its own page: ${cluster.url}`);
  // The cluster reads a pipe from this process, so it ends with it, however that happens. Ctrl+C reaches both.
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort());
  void keepUp(cluster, { start, say, wait: delay, signal: ending.signal });
  Object.assign(process.env, { SIGNALBOX_RUNTIME: "flink", SIGNALBOX_FLINK_URL: cluster.url, NODE_ENV: "production" });
  const { runGateway } = await import("../apps/gateway/src/run-gateway.ts");
  await runGateway();
}

toldOptions({
  command: "npm run flink",
  about: "A Flink cluster on this machine and the gateway on it. Settings are variables of the environment (README.md).",
  options: {},
  says: {},
});
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
