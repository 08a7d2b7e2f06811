/**
 * Versions: the one list of what a Flink runtime stands on (versions.json): Flink and StateFun, and each jar with its hash. A newer pair is
 * an edit there and in java/pom.xml, which versions.test.ts holds against it.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";

const versionsJson = z.object({
  flink: z.string(),
  statefun: z.string(),
  /** The oldest Java that can start the one-JVM cluster. */
  javaLeast: z.int(),
  repository: z.url(),
  jars: z.array(z.object({ path: z.string(), sha256: z.string().length(64), for: z.enum(["cluster", "tool", "operator"]) })),
});

/** cluster: what a JobManager or TaskManager needs; tool: what the savepoint tool needs besides; operator: has the schema of the Kubernetes operator. */
export type JarUse = "cluster" | "tool" | "operator";

export type Versions = z.infer<typeof versionsJson>;
export const versions: Versions = versionsJson.parse(JSON.parse(readFileSync(new URL("../versions.json", import.meta.url), "utf8")));
