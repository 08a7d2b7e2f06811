/**
 * Whether a real Flink can run here, and its jars: fetched once into a cache outside of the repository. `node e2e/flink/flink-here.ts` fetches them ahead of
 * the tests, which are skipped with the reason where Java is absent.
 */
import { fetchClusterJars, whyNoJava } from "@signalbox/flink";

export const whyNoFlink = whyNoJava(process.env);

export async function fetchFlink(): Promise<number> {
  return fetchClusterJars({ env: process.env, uses: ["cluster", "tool"] });
}

if (process.argv[1] === import.meta.filename) {
  if (whyNoFlink !== undefined) throw new Error(whyNoFlink);
  console.log(`${await fetchFlink()} jars of Flink were fetched`);
}
