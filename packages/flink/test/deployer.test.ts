/**
 * The decisions of a deployer against a scripted REST API of Flink: adopt, change, go back, continue from the newest checkpoint, refuse.
 * e2e/flink shows that real Flinks answer so.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bindings } from "@signalbox/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Deployer } from "../src/deploy/deployer.ts";
import { readDeployment } from "../src/deploy/deployment-record.ts";
import { DesiredJob } from "../src/desired-job.ts";
import { FlinkRest } from "../src/rest/flink-rest.ts";
import { openFlinkStore, type FlinkStore } from "../src/store/flink-store.ts";
import { IngressLog } from "../src/store/ingress-log.ts";
import { module, ScriptedFlink } from "./scripted-flink.ts";

const nothing: Bindings = { endpoints: [], egresses: [] };
const identity = { gateway: "0123456789abcdef", token: "t" };

let flink: ScriptedFlink;
/** The deployer's clock: each look at it is ten seconds after the one before. */
let nowMs = 0;
let folder = "";
let ended: string[] = [];
let store: FlinkStore;
let log: IngressLog;
const end = new AbortController();
beforeEach(async () => {
  ended = [];
  folder = mkdtempSync(join(tmpdir(), "signalbox-deployer-"));
  flink = new ScriptedFlink();
  await flink.start();
  flink.checkpointsFolder = pathToFileURL(join(folder, "checkpoints")).href;
  store = await openFlinkStore({ folder: join(folder, "store"), pendingBytesMax: 10_000 });
  log = await IngressLog.open(store, 100);
});
afterEach(async () => {
  await store.close();
  flink.server?.closeAllConnections();
  flink.server?.close();
  rmSync(folder, { recursive: true });
});

async function deployer(parallelism = 1, startFrom?: string): Promise<Deployer> {
  const made = new Deployer({
    rest: new FlinkRest({ url: flink.url, signal: end.signal }),
    store,
    log,
    identity,
    gatewayUrl: "http://gateway.test:4282",
    parallelism,
    poolConnectionsMax: 128,
    requestsPerTaskMax: 256,
    checkpointIntervalMs: 1_000,
    checkpointMode: "exactly-once",
    savepointFolder: undefined,
    startFrom,
    isDirect: () => false,
    endCalls: (run) => ended.push(run),
    hasCalled: () => flink.hasCalled,
    warn: () => undefined,
    nowMs: () => (nowMs += 10_000),
  });
  await made.recall();
  return made;
}

function checkpoint(jid: string, id: number): string {
  const place = join(folder, "checkpoints", jid, `chk-${id}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "_metadata"), "");
  return pathToFileURL(place).href;
}

describe("a deployer", () => {
  test("starts nothing for nothing, one job for a module, and no second one for the same module", async () => {
    const one = await deployer();
    await one.bring(nothing);
    expect(flink.jobs).toEqual([]);
    await one.bring(module("a"));
    await one.bring(module("a"));
    expect(flink.jobs).toMatchObject([{ state: "RUNNING", from: undefined }]);
    // Another gateway process of the same data directory.
    const next = await deployer();
    expect(next.run).toBe(one.run);
    await next.bring(module("a"));
    expect(flink.jobs).toHaveLength(1);
  });

  test("refuses to give an egress to StateFun's own connector, or back, in one step: the last records of the other one would stay behind", async () => {
    const one = await deployer();
    const egress = { id: "a/out", module: "m" };
    const spec = { direction: "egress", kind: "io.statefun.kafka.v1/egress", ...egress, spec: { id: "a/out" } } as const;
    const byGateway = { ...module("a"), egresses: [egress] };
    const byStateFun = { ...byGateway, carried: [spec] };
    await one.bring(byGateway);
    await expect(one.bring(byStateFun)).rejects.toMatchObject({
      message: expect.stringContaining("a/out"),
      cure: expect.stringContaining("without it once"),
    });
    expect(flink.jobs).toMatchObject([{ state: "RUNNING" }]);
    await one.bring(module("a"));
    await one.bring(byStateFun);
    await expect(one.bring(byGateway)).rejects.toThrow("a/out");
    expect(flink.running).toHaveLength(1);
  });

  test("changes by a savepoint, and ends with one when no function is left to run, from which it goes on later", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    const before = one.run;
    await one.bring(module("b"));
    expect(flink.jobs.map(({ state, from }) => [state, from])).toEqual([
      ["CANCELED", undefined],
      ["RUNNING", `file:/savepoints/of-${flink.jobs[0]?.jid}`],
    ]);
    expect(one.run).not.toBe(before);
    expect(ended).toEqual([before]);
    await one.bring(nothing);
    expect([flink.running, one.run]).toEqual([[], undefined]);
    await (await deployer()).bring(module("a"));
    expect(flink.running).toMatchObject([{ from: `file:/savepoints/of-${flink.jobs[1]?.jid}` }]);
  });

  test("begins from a savepoint of functions, and from no other job's, of which Flink would take nothing without a word", async () => {
    const place = pathToFileURL(join(folder, "moved")).href;
    mkdirSync(join(folder, "moved"));
    writeFileSync(join(folder, "moved/_metadata"), "of a job that counts words");
    const one = await deployer(1, place);
    await expect(one.bring(module("a"))).rejects.toMatchObject({
      message: expect.stringContaining("savepoint of another job"),
      cure: expect.stringContaining("SIGNALBOX_FLINK_START_FROM"),
    });
    expect(flink.jobs).toEqual([]);
    writeFileSync(join(folder, "moved/_metadata"), Buffer.from("006b87a4870d0e21cecbbe271bd893cfcc00", "hex"));
    await one.bring(module("a"));
    expect(flink.running).toMatchObject([{ from: place }]);
  });

  test("a job whose first call hangs has started: its task is initializing for Flink until then, and calls already", async () => {
    const one = await deployer();
    flink.status = "INITIALIZING";
    flink.hasCalled = true;
    await one.bring(module("a"));
    expect([flink.running.length, one.job]).toEqual([1, flink.running[0]?.jid]);
  });

  test("goes back to the earlier job when Flink refuses a change, and says why in Flink's words", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    flink.refuses = "There are no functions.";
    await expect(one.bring(module("b"))).rejects.toThrow(/Flink did not take it: .*There are no functions\./);
    const again = flink.running[0];
    expect(again?.from).toBe(`file:/savepoints/of-${flink.jobs[0]?.jid}`);
    const digestOf = (name: string | undefined): string | undefined => name?.split(" ").at(-1);
    expect(digestOf(again?.name)).toBe(digestOf(flink.jobs[0]?.name));
    await one.bring(module("a"));
    expect(flink.running).toHaveLength(1);
  });

  test("goes on from the newest checkpoint when the job is lost, and never from one older than the records that left", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    const [lost] = flink.jobs.splice(0);
    const jid = lost?.jid ?? "";
    checkpoint(jid, 9);
    const newest = checkpoint(jid, 12);
    mkdirSync(join(folder, "checkpoints", jid, "chk-13"));
    await store.commits.write([store.documentWrite("told", { run: one.run, checkpoint: 11 })]);
    expect(await one.isLost()).toBe(true);
    await one.bring(module("a"));
    expect(flink.running).toMatchObject([{ from: newest }]);
    expect(await readDeployment(store)).toMatchObject({ from: newest, ended: null });
  });

  test("accepts no other version, no job of another gateway, and no cluster without slots", async () => {
    const one = await deployer();
    flink.version = "1.20.3";
    await expect(one.bring(module("a"))).rejects.toMatchObject({
      message: expect.stringContaining("Flink 1.20.3"),
      cure: expect.stringContaining("1.16.2"),
    });
    flink.version = "1.16.3";
    flink.slots = 0;
    await expect(one.bring(module("a"))).rejects.toMatchObject({ message: "the cluster has 0 free slots of 2, and 1 is needed" });
    flink.slots = 2;
    flink.jobs.push({
      jid: "f".repeat(32),
      name: "signalbox fedcba9876543210 run aaaaaaaa of bbbbbbbb",
      state: "RUNNING",
      from: undefined,
    });
    await expect(one.bring(module("a"))).rejects.toThrow(/job of another gateway/);
    expect(flink.asked.filter((route) => route.startsWith("POST"))).toEqual([]);
  });

  test("ends the job of a submit that got no answer, and cancels no foreign job", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    const name = flink.jobs[0]?.name ?? "";
    flink.jobs.unshift({ jid: "a".repeat(32), name: name.replace(/run \w+/, "run cccccccc"), state: "RUNNING", from: undefined });
    flink.jobs.push({ jid: "b".repeat(32), name: "somebody else's", state: "RUNNING", from: undefined });
    await one.bring(module("a"));
    expect(flink.jobs.map(({ state }) => state)).toEqual(["CANCELED", "RUNNING", "RUNNING"]);
  });

  test("a restore starts from the given savepoint and skips the log; one that Flink refuses leaves both unchanged", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    await log.append(1, 1, () => [{ type: "put", key: "m/0000000000000001", value: Buffer.from("x") }]);
    flink.refuses = "Checkpoint is broken";
    await expect(one.restore(module("a"), { from: "file:/restore", writes: () => [] })).rejects.toThrow(
      /did not take the savepoint.*broken/,
    );
    expect(flink.running).toMatchObject([{ from: `file:/savepoints/of-${flink.jobs[0]?.jid}` }]);
    expect(await log.read(1, 10)).toMatchObject({ first: 1, frames: [expect.anything()] });
    await one.restore(module("a"), { from: "file:/restore", writes: () => [] });
    expect(flink.running).toMatchObject([{ from: "file:/restore" }]);
    expect(await log.read(1, 10)).toEqual({ kind: "messages", first: 2, frames: [] });
  });

  test("a rescale is a savepoint and a start at the new parallelism, which counts until the setting itself changes", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    await one.rescale(module("a"), 2);
    expect(flink.running).toMatchObject([{ parallelism: 2, from: `file:/savepoints/of-${flink.jobs[0]?.jid}` }]);
    const next = await deployer();
    await next.bring(module("a"));
    expect([next.parallelism, flink.jobs.length]).toEqual([2, 2]);
    expect((await deployer(3)).parallelism).toBe(3);
  });

  test.each([
    ["a number", 2],
    ["as many as are free", 0],
  ])("slots that come back after the job's end are waited for, where %s is wanted", async (_, parallelism) => {
    const one = await deployer(parallelism);
    await one.bring(module("a"));
    expect(flink.running).toMatchObject([{ parallelism: 2 }]);
    flink.slotsLate = 3;
    await one.bring(module("b"));
    expect(flink.running).toMatchObject([{ parallelism: 2, from: `file:/savepoints/of-${flink.jobs[0]?.jid}` }]);
    flink.slotsLate = 3;
    flink.jobs.forEach((job) => (job.state = "FAILED"));
    await one.bring(module("b"));
    expect(flink.running).toMatchObject([{ parallelism: 2 }]);
  });

  test("a change for which the cluster lacks slots is refused before the running job is touched", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    await expect(one.rescale(module("a"), 3)).rejects.toMatchObject({ message: "the cluster has 2 free slots of 2, and 3 are needed" });
    expect([flink.jobs.length, flink.running.length, one.parallelism]).toEqual([1, 1, 1]);
    expect((await deployer()).parallelism).toBe(1);
  });

  const given = (id: number, status: string): ScriptedFlink["checkpoints"][number] => ({ id, status, num_acknowledged_subtasks: 1 });

  test("a job whose tasks hang in a checkpoint that was given up is ended, and goes on from its newest complete one", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    const jid = flink.jobs[0]?.jid ?? "";
    const kept = checkpoint(jid, 7);
    const run = one.run;
    for (const history of [
      [given(9, "IN_PROGRESS"), given(8, "COMPLETED"), given(7, "FAILED")],
      [given(9, "FAILED"), given(8, "COMPLETED")],
    ]) {
      flink.checkpoints = history;
      for (let look = 0; look < 9; look++) await one.endHung();
      expect([flink.running.length, await one.isLost()]).toEqual([1, false]);
    }
    flink.checkpoints = [given(9, "IN_PROGRESS"), given(8, "FAILED"), given(7, "COMPLETED")];
    for (let look = 0; look < 9 && flink.running.length > 0; look++) await one.endHung();
    expect([flink.running.length, await one.isLost(), ended]).toEqual([0, true, [run]]);
    await one.bring(module("a"));
    expect(flink.running).toMatchObject([{ from: kept }]);
  });

  test("a job whose tasks hang when it is to be changed goes on changed, from its newest complete checkpoint", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    const kept = checkpoint(flink.jobs[0]?.jid ?? "", 7);
    flink.checkpoints = [given(9, "IN_PROGRESS"), given(8, "FAILED"), given(7, "COMPLETED")];
    flink.savepointsEnd = false;
    await one.rescale(module("a"), 2);
    expect(flink.running).toMatchObject([{ parallelism: 2, from: kept }]);
  });

  test("a savepoint that ends a job waits until no checkpoint is in flight", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    let looks = 0;
    flink.checkpoints = [given(2, "IN_PROGRESS"), given(1, "COMPLETED")];
    flink.beforeCheckpoints = () => {
      if (++looks === 3) flink.checkpoints = [given(2, "COMPLETED"), given(1, "COMPLETED")];
    };
    flink.asked.length = 0;
    await one.rescale(module("a"), 2);
    const asked = flink.asked.filter((route) => route.includes("points")).map((route) => route.replace(/^(\w+) .*\/(\w+)$/, "$1 $2"));
    expect(asked.slice(0, 4)).toEqual(["GET checkpoints", "GET checkpoints", "GET checkpoints", "POST savepoints"]);
  });

  test("a rescale that Flink refuses goes back to the parallelism before", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    flink.refuses = "Cannot restore at this parallelism";
    await expect(one.rescale(module("a"), 2)).rejects.toThrow(/Cannot restore at this parallelism/);
    expect(flink.running).toMatchObject([{ parallelism: 1 }]);
    expect((await deployer()).parallelism).toBe(1);
  });

  test("a change that leaves no job at all is mended at the next look, from the savepoint that ended the one before", async () => {
    const one = await deployer();
    const stop = new AbortController();
    const looked: (string | undefined)[] = [];
    const desired = new DesiredJob({
      deployer: one,
      signal: stop.signal,
      pause: async () => undefined,
      nowMs: () => 0,
      check: async () => undefined,
      look: async (job) => {
        looked.push(job);
        stop.abort();
      },
    });
    await desired.apply(module("a"));
    flink.refuses = "No more file handles";
    flink.refusesMore = 2;
    await expect(desired.apply(module("b"))).rejects.toMatchObject({ code: "CLUSTER_REFUSED" });
    expect(flink.running).toEqual([]);
    await desired.run((error) => {
      throw error;
    });
    expect(flink.running).toMatchObject([{ from: `file:/savepoints/of-${flink.jobs[0]?.jid}` }]);
    expect(looked).toEqual([flink.running[0]?.jid]);
  });
});
