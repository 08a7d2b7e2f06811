/** toolCommand: how the savepoint tool is started here: Java, the jars of Flink (cluster-jars.ts) and our own. Says what is missing before anything starts. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jarPaths } from "../cluster/cluster-jars.ts";
import { javaCommand, javaFlags, whyNoJava } from "../cluster/java.ts";
import { MoveError } from "./move-error.ts";
import type { ToolCommand } from "./savepoint-tool.ts";

const ownJar = fileURLToPath(new URL("../../java/signalbox-flink.jar", import.meta.url));

/** Throws FLINK_TOOL_MISSING. */
export function toolCommand(env: Readonly<Record<string, string | undefined>>): Omit<ToolCommand, "scratch"> {
  const noJava = whyNoJava(env);
  if (noJava !== undefined) throw missing(noJava, "Install Java 11 or later, or name one with JAVA_HOME.");
  const classPath = [ownJar, ...jarPaths(env, ["cluster", "tool"])];
  const absent = classPath.filter((path) => !existsSync(path));
  if (absent.length > 0)
    throw missing(
      `${absent.length} of ${classPath.length} jars of Flink are not here`,
      "Fetch them once with `npm run flink`, or name their folder with SIGNALBOX_FLINK_JARS.",
    );
  return { java: javaCommand(env), flags: javaFlags, classPath };
}

function missing(why: string, cure: string): MoveError {
  return new MoveError("FLINK_TOOL_MISSING", `the savepoint tool cannot be started: ${why}`, cure);
}
