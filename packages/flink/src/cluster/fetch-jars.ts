/** `node packages/flink/src/cluster/fetch-jars.ts`: all jars ahead of the tests that need them. */
import { fetchClusterJars, jarsFolder } from "./cluster-jars.ts";

const count = await fetchClusterJars({ env: process.env, uses: ["cluster", "tool", "operator"] });
console.log(`${count} jars fetched into ${jarsFolder(process.env)}`);
