/** There is one list of versions: Maven compiles against those that are fetched and run. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { versions } from "../src/index.ts";

const pom = readFileSync(new URL("../java/pom.xml", import.meta.url), "utf8");
const property = (name: string): string | undefined => new RegExp(`<${name}>([^<]+)</${name}>`).exec(pom)?.[1];

test("pom.xml names the versions of versions.json", () => {
  expect(property("flink.version")).toBe(versions.flink);
  expect(property("statefun.version")).toBe(versions.statefun);
  expect(versions.jars.map(({ path }) => path)).toContain(
    `org/xerial/sqlite-jdbc/${property("sqlite.version")}/sqlite-jdbc-${property("sqlite.version")}.jar`,
  );
});

test("each jar of Flink and StateFun has the listed version", () => {
  const ofFlink = versions.jars.filter((jar) => jar.for !== "operator");
  const ours = ofFlink.filter(({ path }) => /^org\/apache\/flink\/(flink-(?!shaded)|statefun)/.test(path));
  expect(ours.length).toBeGreaterThan(10);
  for (const { path } of ours) expect(path).toContain(path.includes("/statefun-") ? versions.statefun : versions.flink);
});
