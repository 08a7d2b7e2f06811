/** The cluster of `npm run flink` is started again when it ends by itself, ever more slowly when it cannot be, and not after the end. */
import { expect, test } from "vitest";
import type { OneJvmCluster } from "../src/cluster/one-jvm-cluster.ts";
import { keepUp } from "../src/cluster/kept-up.ts";

function aCluster(pid: number) {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const nothing = () => Promise.resolve();
  const cluster: OneJvmCluster = { url: "", pid, logPath: "/log", ended, stop: nothing, kill: nothing };
  return { cluster, end };
}

function stand() {
  const ending = new AbortController();
  const said: string[] = [];
  const waits: number[] = [];
  return {
    ending,
    said,
    waits,
    parts: {
      say: (text: string) => void said.push(text),
      wait: (waitMs: number) => {
        waits.push(waitMs);
        return Promise.resolve();
      },
      signal: ending.signal,
    },
  };
}

test("one that ends by itself is started again, and it is said", async () => {
  const { ending, said, parts } = stand();
  const [first, second] = [aCluster(1), aCluster(2)];
  const started = Promise.withResolvers<void>();
  const start = () => {
    started.resolve();
    return Promise.resolve(second.cluster);
  };
  const kept = keepUp(first.cluster, { ...parts, start });
  first.end();
  await started.promise;
  ending.abort();
  second.end();
  await kept;
  expect(said).toEqual([expect.stringContaining("It is started again"), "The cluster is up again (pid 2)."]);
});

test("one that cannot be started is tried again ever more slowly, at most once a minute", async () => {
  const { ending, said, waits, parts } = stand();
  const first = aCluster(1);
  const start = () => {
    if (waits.length === 9) ending.abort();
    return Promise.reject(new Error("no memory"));
  };
  first.end();
  await keepUp(first.cluster, { ...parts, start });
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(said.filter((text) => text === "no memory")).toHaveLength(9);
});

test("after the end was asked for nothing is started", async () => {
  const { ending, said, parts } = stand();
  const first = aCluster(1);
  ending.abort();
  first.end();
  await keepUp(first.cluster, { ...parts, start: () => expect.unreachable() });
  expect(said).toEqual([]);
});
