/** What the console says of a cluster, and when it may rescale a job. */
import { expect, test } from "vitest";
import type { ClusterRow } from "../../trpc/views.ts";
import { settingsSentence, whyNotRescale } from "./cluster-words.ts";
import { en } from "../../words/cluster/en.ts";

const checkpoints = { intervalMs: 1_000, mode: "exactly-once", completed: 1, failed: 0, last: null, lastFailure: null } as const;
const cluster: ClusterRow = {
  url: "http://flink.test",
  version: "1.16.2",
  taskManagers: 2,
  slots: 4,
  freeSlots: 1,
  job: { id: "j", state: "RUNNING", parallelism: 2, checkpoints, exceptions: [], functions: [] },
  step: null,
  settings: { parallelism: 0, requestsPerTaskMax: 256, poolConnectionsMax: 128 },
  atMs: 0,
};

test("the settings are shown as they count", () => {
  const said = settingsSentence(cluster, en);
  expect(said).toContain("Checkpoints every 1 s, exactly once.");
  expect(said).toContain("Parallelism asked for: all free slots; up to 256 calls in flight in a task, 128 connections to an endpoint.");
  expect(settingsSentence({ ...cluster, job: null, settings: { ...cluster.settings, parallelism: 3 } }, en)).toMatch(
    /^Parallelism asked for: 3;/,
  );
});

test("a job can be set to a parallelism that its slots and the free ones allow, and to no other", () => {
  expect(whyNotRescale(cluster, 3, en.whyNot)).toBeUndefined();
  expect(whyNotRescale(cluster, 1, en.whyNot)).toBeUndefined();
  expect(whyNotRescale(cluster, 4, en.whyNot)).toContain("can have 3 slots of 4");
  expect(whyNotRescale(cluster, 2, en.whyNot)).toContain("already");
  expect(whyNotRescale(cluster, 1.5, en.whyNot)).toContain("whole number");
  expect(whyNotRescale({ ...cluster, job: null }, 1, en.whyNot)).toBe("No job runs.");
  expect(whyNotRescale({ ...cluster, step: { name: "saving", sinceMs: 0 } }, 1, en.whyNot)).toContain("being changed");
});
