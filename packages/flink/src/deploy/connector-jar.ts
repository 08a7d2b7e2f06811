/** ConnectorJar: which of our Java classes go into every job: the connector's, without those that only this machine runs. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { filesOfJar, type JarFiles } from "./jar.ts";

/** java/build.ts makes it. */
export const connectorJar = fileURLToPath(new URL("../../java/signalbox-flink.jar", import.meta.url));

/** The classes of io.signalbox.flink itself; the packages below it are tools. */
export function connectorFiles(): JarFiles {
  const wanted = (name: string): boolean =>
    /^io\/signalbox\/flink\/[^/]+\.class$/.test(name) ? !name.includes("OneJvmCluster") : name.startsWith("META-INF/");
  return Object.fromEntries(Object.entries(filesOfJar(readFileSync(connectorJar))).filter(([name]) => wanted(name)));
}
