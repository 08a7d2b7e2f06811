/**
 * The manifest for the Flink Kubernetes operator has the settings of the cluster on this machine, the listed versions, and no key that the
 * gateway sets with the job.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { writeClusterFolder } from "../src/cluster/cluster-folder.ts";
import { versions } from "../src/versions.ts";

/** The operator's schema, as far as it matters here. All values are texts, because its configuration takes nothing else. */
const resource = z.strictObject({ memory: z.string().regex(/^\d+m$/), cpu: z.number().positive() });
const manifest = z.strictObject({
  apiVersion: z.literal("flink.apache.org/v1beta1"),
  kind: z.literal("FlinkDeployment"),
  metadata: z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]{0,44}$/) }),
  // It has no job, so it is a session cluster.
  spec: z.strictObject({
    image: z.string(),
    flinkVersion: z.string(),
    serviceAccount: z.string(),
    flinkConfiguration: z.record(z.string(), z.string()),
    jobManager: z.strictObject({ resource }),
    taskManager: z.strictObject({ replicas: z.int().min(1), resource }),
  }),
});

const file = new URL("../kubernetes/flink-session.yaml", import.meta.url);
const { spec } = manifest.parse(parse(readFileSync(file, "utf8")));

/** These settings belong to one machine, or each machine sets them. */
const notCompared =
  /^(rest|jobmanager|io\.tmp|web\.|metrics\.)|^taskmanager\.(host|bind)|\.dir$|numberOfTaskSlots|^execution\.checkpointing\.(interval|mode|externalized)/;

test("has the versions on which the package is built", () => {
  const [major, minor] = versions.flink.split(".");
  expect(spec.flinkVersion).toBe(`v${major}_${minor}`);
  expect(spec.image).toMatch(new RegExp(`:${versions.flink}-${versions.statefun}$`));
});

test("has an image of Flink and StateFun with the listed versions, by the listed hash", () => {
  const dockerfile = readFileSync(new URL("../kubernetes/Dockerfile", import.meta.url), "utf8");
  const statefun = versions.jars.find(({ path }) => path.includes("/statefun-flink-distribution/")) ?? expect.unreachable();
  expect(dockerfile).toContain(`FROM flink:${versions.flink}-java11`);
  expect(dockerfile).toContain(`--checksum=sha256:${statefun.sha256} `);
  expect(dockerfile).toContain(` ${versions.repository}/${statefun.path} `);
});

test("has every key of the cluster on this machine with its value, and leaves the settings of the job to the gateway", () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-manifest-"));
  try {
    writeClusterFolder({ folder, restPort: 1, slots: 2 }, {});
    const here = parse(readFileSync(join(folder, "conf/flink-conf.yaml"), "utf8")) as Record<string, unknown>;
    const compared = Object.entries(here).filter(([key]) => !notCompared.test(key));
    expect(compared.length).toBeGreaterThanOrEqual(8);
    for (const [key, value] of compared) expect([key, spec.flinkConfiguration[key]]).toEqual([key, String(value)]);
    const keys = Object.keys(spec.flinkConfiguration);
    expect(keys.filter((key) => /^execution\.checkpointing\.(interval|mode)/.test(key))).toEqual([]);
    expect(keys).toEqual(expect.arrayContaining(["state.checkpoints.dir", "state.savepoints.dir", "heartbeat.interval"]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
