/**
 * What a deployer decides, against a scripted REST API of Flink: adopt, change, go back, go on from the newest checkpoint, refuse. That real Flinks answer so is
 * shown by e2e/flink.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
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

interface ScriptedJob {
  jid: string;
  name: string;
  state: string;
  from: string | undefined;
  parallelism?: number;
}

interface Submitted {
  programArgsList: string[];
  savepointPath?: string;
  parallelism: number;
}

/** As much of Flink as the deployer asks. */
class ScriptedFlink {
  version = "1.16.2";
  slots = 2;
  /** In so many answers the slots of jobs that have ended are not free yet. */
  slotsLate = 0;
  readonly jobs: ScriptedJob[] = [];
  /** The next start is refused with this cause. */
  refuses: string | undefined;
  /** And so many starts in all. */
  refusesMore = 1;
  /** Of every vertex. */
  status = "RUNNING";
  hasCalled = false;
  checkpointsFolder = "";
  readonly asked: string[] = [];
  server: Server | undefined;
  url = "";

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const route = `${request.method} ${request.url?.split("?")[0]}`;
        this.asked.push(route);
        const [status, body] = this.answer(route, Buffer.concat(chunks).toString("latin1"));
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    this.server = server;
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  get running(): ScriptedJob[] {
    return this.jobs.filter(({ state }) => state === "RUNNING");
  }

  get taken(): number {
    const holding = this.slotsLate > 0 && this.running.length === 0 ? this.jobs.slice(-1) : this.running;
    if (this.running.length === 0) this.slotsLate--;
    return holding.reduce((sum, { parallelism = 1 }) => sum + parallelism, 0);
  }

  answer(route: string, body: string): [number, unknown] {
    const job = this.jobs.find(({ jid }) => route.includes(jid));
    if (route === "GET /overview")
      return [200, { "flink-version": this.version, taskmanagers: 1, "slots-total": 2, "slots-available": this.slots - this.taken }];
    if (route === "GET /jobs/overview") return [200, { jobs: this.jobs.map((row, index) => ({ ...row, "start-time": index })) }];
    if (route === "GET /jobmanager/config") return [200, [{ key: "state.checkpoints.dir", value: this.checkpointsFolder }]];
    if (route === "POST /jars/upload") return [200, { filename: "/tmp/x.jar" }];
    if (route === "DELETE /jars/x.jar") return [200, {}];
    if (route === "POST /jars/x.jar/run") return this.#run(body);
    if (job === undefined) return [404, { errors: ["Job could not be found"] }];
    if (route === `PATCH /jobs/${job.jid}`) {
      job.state = "CANCELED";
      return [202, {}];
    }
    if (route === `POST /jobs/${job.jid}/savepoints`) {
      job.state = "CANCELED";
      return [202, { "request-id": "r" }];
    }
    if (route.endsWith("/savepoints/r"))
      return [200, { status: { id: "COMPLETED" }, operation: { location: `file:/savepoints/of-${job.jid}` } }];
    if (route.endsWith("/checkpoints")) return [200, { counts: { completed: 0, failed: 0, in_progress: 0, restored: 0 }, latest: {} }];
    if (route.endsWith("/exceptions")) return [200, { exceptionHistory: { entries: [] } }];
    return [200, { ...job, vertices: [{ id: "v", name: "functions", status: this.status, parallelism: job.parallelism ?? 1 }] }];
  }

  #run(body: string): [number, unknown] {
    const { programArgsList, savepointPath, parallelism } = JSON.parse(body) as Submitted;
    if (this.refuses !== undefined) {
      const errors = ["Internal server error.", `Caused by: java.lang.IllegalStateException: ${this.refuses}`];
      if (--this.refusesMore < 1) this.refuses = undefined;
      return [400, { errors }];
    }
    const jid = `${this.jobs.length + 1}`.repeat(32);
    this.jobs.push({ jid, name: programArgsList[1] ?? "", state: "RUNNING", from: savepointPath, parallelism });
    return [200, { jobid: jid }];
  }
}

const transport = {
  callTimeoutMs: 60_000,
  connectTimeoutMs: 1_000,
  readTimeoutMs: 60_000,
  poolTtlMs: 15_000,
  poolConnectionsMax: 64,
  payloadBytesMax: 1_000_000,
  tls: undefined,
};
const module = (namespace: string): Bindings => ({
  endpoints: [{ id: `${namespace}/*`, module: "m", namespace, name: "*", urlTemplate: "http://f.test/", batchMessagesMax: 9, transport }],
  egresses: [],
});
const nothing: Bindings = { endpoints: [], egresses: [] };
const identity = { gateway: "0123456789abcdef", token: "t" };

let flink: ScriptedFlink;
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
  test("starts nothing for nothing, one job for a module, and none again for the same", async () => {
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

  test("changes by a savepoint, and ends with one when nothing is left to run, from which it goes on later", async () => {
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

  test("begins from a savepoint of functions, and from no other job's, of which Flink would take nothing and say nothing", async () => {
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

  test("goes back to what ran when Flink refuses a change, and says why in Flink's words", async () => {
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

  test("goes on from the newest checkpoint when the job is lost, and never from one before what came out of it", async () => {
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

  test("takes no other version, no job of another gateway, and no cluster without slots", async () => {
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

  test("ends what a submit without an answer left behind, and cancels no job that is not ours", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    const name = flink.jobs[0]?.name ?? "";
    flink.jobs.unshift({ jid: "a".repeat(32), name: name.replace(/run \w+/, "run cccccccc"), state: "RUNNING", from: undefined });
    flink.jobs.push({ jid: "b".repeat(32), name: "somebody else's", state: "RUNNING", from: undefined });
    await one.bring(module("a"));
    expect(flink.jobs.map(({ state }) => state)).toEqual(["CANCELED", "RUNNING", "RUNNING"]);
  });

  test("a restore starts from what it is given and skips the log; one that Flink refuses leaves both as they were", async () => {
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

  test("what the cluster has no slots for is refused before the running job is touched", async () => {
    const one = await deployer();
    await one.bring(module("a"));
    await expect(one.rescale(module("a"), 3)).rejects.toMatchObject({ message: "the cluster has 2 free slots of 2, and 3 are needed" });
    expect([flink.jobs.length, flink.running.length, one.parallelism]).toEqual([1, 1, 1]);
    expect((await deployer()).parallelism).toBe(1);
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
