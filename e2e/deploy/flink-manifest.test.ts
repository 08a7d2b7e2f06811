/**
 * The manifest of the session cluster against the schema that the Flink Kubernetes operator itself ships (its CRD, out of its jar from
 * Maven Central), asked of kubeconform: an unknown field, a wrong type and an unknown version of Flink are refused. What an operator makes
 * of it is not tried.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchClusterJars, jarPaths } from "@signalbox/flink";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { filesOfJar } from "../../packages/flink/src/deploy/jar.ts";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { findProgram } from "../stack/find-program.ts";

const kubeconform = findProgram("kubeconform", "SIGNALBOX_KUBECONFORM");
const reason =
  kubeconform === undefined
    ? " (skipped: there is no kubeconform: go install github.com/yannh/kubeconform/cmd/kubeconform@v0.6.7, or name it in SIGNALBOX_KUBECONFORM)"
    : "";
const definition = z.looseObject({
  spec: z.looseObject({
    versions: z.array(
      z.looseObject({ name: z.string(), schema: z.looseObject({ openAPIV3Schema: z.looseObject({ properties: z.looseObject({}) }) }) }),
    ),
  }),
});
const manifest = readFileSync(join(repositoryRoot, "packages/flink/kubernetes/flink-session.yaml"), "utf8");
let folder = "";

/**
 * Closes the schema as an API server does that refuses unknown fields: an object has only what its schema names, unless the schema says
 * otherwise.
 */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = "additionalProperties" in parts || parts["x-kubernetes-preserve-unknown-fields"] === true;
  return typeof parts["properties"] !== "object" || parts["type"] !== "object" || isOpen
    ? parts
    : { ...parts, additionalProperties: false };
}

/** The fields that every Kubernetes object has beside its own schema. */
const common = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" } };

describe.skipIf(kubeconform === undefined)(`the manifest for Flink's operator${reason}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-manifest-"));
    await fetchClusterJars({ env: process.env, uses: ["operator"] });
    const [jar = ""] = jarPaths(process.env, ["operator"]);
    const name = "META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";
    const crd = definition.parse(parse(Buffer.from(filesOfJar(readFileSync(jar))[name] ?? []).toString("utf8")));
    for (const { name: version, schema } of crd.spec.versions) {
      const { openAPIV3Schema: own } = schema;
      const whole = closed({ ...own, properties: { ...own.properties, ...common } });
      writeFileSync(join(folder, `flinkdeployment_${version}.json`), JSON.stringify(whole));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const asked = ["-strict", "-summary", "-output", "json", "-schema-location"] as const;
  const location = (): string => join(folder, "{{.ResourceKind}}_{{.ResourceAPIVersion}}.json");

  it("fits the schema of the operator", () => {
    const said = execFileSync(kubeconform ?? "", [...asked, location(), "-"], { input: manifest, stdio: "pipe" }).toString();
    expect(JSON.parse(said)).toMatchObject({ summary: { valid: 1, invalid: 0, errors: 0, skipped: 0 } });
  });

  it.each([
    ["an unknown field", "  serviceAccount: flink\n", "  serviceAcount: flink\n", "serviceAcount"],
    ["text that is a number", "replicas: 2", 'replicas: "two"', "replicas"],
    ["a version of Flink that the operator does not know", "flinkVersion: v1_16", "flinkVersion: v9_9", "flinkVersion"],
  ])("would not fit with %s", (_what, from, to, words) => {
    expect(manifest).toContain(from);
    const { status, stdout } = spawnSync(kubeconform ?? "", [...asked, location(), "-"], { input: manifest.replace(from, to) });
    expect([status, stdout.toString()]).toEqual([1, expect.stringContaining(words)]);
  });
});
