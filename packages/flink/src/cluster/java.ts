/**
 * Java: which Java is installed here, and which flags Flink 1.16 needs on it. Flink 1.18 and later set the same flags themselves; 1.16
 * leaves them to its caller.
 */
import { spawnSync } from "node:child_process";
import { versions } from "../versions.ts";

/** Returns the reason why no JVM of Flink can be started here, or undefined when one can. JAVA_HOME is asked first, then the path. */
export function whyNoJava(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const answer = spawnSync(javaCommand(env), ["-version"], { encoding: "utf8" });
  if (answer.error !== undefined) return `there is no java (${javaCommand(env)})`;
  const version = Number(/version "(\d+)/.exec(answer.stderr)?.[1]);
  if (version >= versions.javaLeast) return undefined;
  return `java is ${Number.isNaN(version) ? "of an unknown version" : version}, Flink wants ${versions.javaLeast} or later`;
}

export function javaCommand(env: Readonly<Record<string, string | undefined>>): string {
  const home = env["JAVA_HOME"];
  return home === undefined || home === "" ? "java" : `${home}/bin/java`;
}

const opened = [
  ...["net", "nio", "io", "lang", "lang.reflect", "lang.invoke", "text", "time", "util", "util.concurrent"].map((name) => `java.${name}`),
  ...["java.util.concurrent.atomic", "java.util.concurrent.locks", "sun.net.util", "sun.security.x509"],
];

/** Flags of every JVM of Flink. */
export const javaFlags: readonly string[] = [
  ...opened.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  "--add-exports=java.base/sun.net.util=ALL-UNNAMED",
  "--add-exports=java.management/sun.management=ALL-UNNAMED",
  "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
];
