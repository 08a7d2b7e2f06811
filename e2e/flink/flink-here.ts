/** Whether a real Flink can run here, and its jars: fetched once into a cache outside of the repository. */
import { fetchClusterJars, whyNoJava } from "@signalbox/flink";

export const whyNoFlink = whyNoJava(process.env);

export async function fetchFlink(): Promise<number> {
  return fetchClusterJars({ env: process.env, uses: ["cluster", "tool"] });
}
