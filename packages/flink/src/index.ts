/** The public names of @signalbox/flink, one by one. */
export { fetchClusterJars, jarPaths, jarsFolder, type FetchOptions } from "./cluster/cluster-jars.ts";
export { javaCommand, javaFlags, whyNoJava } from "./cluster/java.ts";
export { versions, type JarUse, type Versions } from "./versions.ts";
