/**
 * `node packages/flink/java/build.ts`: builds signalbox-flink.jar from the sources with javac and without Maven; the class path is the
 * cluster's own jars. The jar is kept in the repository, so that a gateway needs no JDK; connector-jar.test.ts builds it again where there
 * is a JDK and expects the same bytes.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchClusterJars, jarPaths } from "../src/cluster/cluster-jars.ts";
import { jarOf } from "../src/deploy/jar.ts";

const sources = join(import.meta.dirname, "src/main/java");
const resources = join(import.meta.dirname, "src/main/resources");
export const builtJar = join(import.meta.dirname, "signalbox-flink.jar");

/** JDKs write different class files; the jar in the repository comes from this one. */
export const javacMajor = 17;

/** Returns the reason why the jar cannot be built as it was, or undefined when it can. */
export function whyNoJavac(): string | undefined {
  const { error, stdout } = spawnSync("javac", ["-version"], { encoding: "utf8" });
  if (error !== undefined) return "there is no javac";
  const major = Number(/javac (\d+)/.exec(stdout)?.[1]);
  return major === javacMajor ? undefined : `javac is ${major}, the jar is made by ${javacMajor}`;
}

export async function buildJar(env: Readonly<Record<string, string | undefined>>): Promise<Uint8Array> {
  await fetchClusterJars({ env, uses: ["cluster", "tool"] });
  const folder = mkdtempSync(join(tmpdir(), "signalbox-javac-"));
  try {
    const classes = join(folder, "classes");
    mkdirSync(classes);
    const files = globSync("**/*.java", { cwd: sources }).map((file) => join(sources, file));
    const parameters = ["--release", "8", "-Xlint:-options", "-g", "-encoding", "UTF-8", "-d", classes];
    const compiled = spawnSync("javac", [...parameters, "-cp", jarPaths(env, ["cluster", "tool"]).join(":"), ...files], {
      encoding: "utf8",
    });
    if (compiled.status !== 0) throw new Error(`javac refused the sources: ${compiled.stderr}`);
    const read = (root: string): [string, Uint8Array][] =>
      globSync("**/*", { cwd: root, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file.slice(root.length + 1), readFileSync(file)]);
    const manifest = Buffer.from("Manifest-Version: 1.0\nImplementation-Title: signalbox-flink\n\n");
    return jarOf({ "META-INF/MANIFEST.MF": manifest, ...Object.fromEntries([...read(classes), ...read(resources)]) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const bytes = await buildJar(process.env);
  writeFileSync(builtJar, bytes);
  console.log(`${builtJar}: ${bytes.length} bytes`);
}
