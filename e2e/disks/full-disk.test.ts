/** A disk that runs full under a gateway with traffic: nothing acknowledged is lost, all is said, and work goes on when there is space. */
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ApiError } from "../stack/api.ts";
import { Functions } from "../stack/functions.ts";
import type { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { applyCounters, healthOf, refusedStart, startGateway } from "./disk-stack.ts";
import { Disk, limitFiles, whyNoFileLimit, whyNoMount } from "./disk.ts";
import { Traffic } from "./traffic.ts";

const firstPort = 22_000;
const noMount = whyNoMount();
const noLimit = whyNoFileLimit();
const type = "signalbox.disks/counter";

async function refusalOf(request: Promise<unknown>): Promise<{ status: number; body: Record<string, unknown> }> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error("it was not refused", { cause: error });
  return { status: error.status, body: JSON.parse(error.body) as Record<string, unknown> };
}

async function saysThatTheDiskIsFull(gateway: Gateway): Promise<void> {
  const health = await until(
    async () => {
      const reply = await healthOf(gateway);
      return reply.status === 503 && reply;
    },
    { what: "health to say that the disk is full" },
  );
  expect(health).toMatchObject({
    retryAfter: "1",
    body: {
      status: "store-failed",
      health: { code: "DISK_FULL", place: expect.stringContaining("store-1"), cure: expect.stringContaining("Free space") },
    },
  });
  expect(Number(health.body.health["sinceMs"])).toBeGreaterThan(Date.now() - 60_000);
  expect(await gateway.api.summary()).toMatchObject({ indicator: "danger", health: { kind: "store-failed", code: "DISK_FULL" } });
}

describe("a disk that becomes full under traffic", () => {
  test.skipIf(noMount !== undefined)(
    `refuses with 503, reads on, and goes on by itself with exact counters once there is space${skipNote(noMount)}`,
    async () => {
      using disk = new Disk(40);
      await using functions = await Functions.start("e2e/functions/counter.ts");
      await using gateway = await startGateway(disk.dataDir, firstPort);
      await applyCounters(gateway, functions);
      await using traffic = new Traffic(gateway.api);
      await traffic.more(200);
      disk.fill();
      await saysThatTheDiskIsFull(gateway);
      await until(() => traffic.refusals.length > 20, { what: "senders to be refused" });
      const said = new Set(
        traffic.refusals.map(({ status, retryAfter, problem }) => `${status} ${String(problem["code"])} ${Number(retryAfter) > 0}`),
      );
      expect([...said]).toEqual(["503 DISK_FULL true"]);
      expect(traffic.refusals[0]?.problem).toMatchObject({
        detail: expect.stringContaining(disk.dataDir),
        cure: expect.stringContaining("Free space"),
      });
      // Senders that wait for their epoch are told within seconds that it is not confirmed.
      await until(() => traffic.refusals.some(({ problem }) => String(problem["detail"]).includes("not acknowledged")), {
        what: "those who wait to hear so",
        timeoutMs: 20_000,
      });
      await readsGoOn(gateway, traffic);
      await managingIsRefused(gateway, disk);
      disk.free();
      await until(async () => (await healthOf(gateway)).status === 200, { what: "the gateway to go on by itself", timeoutMs: 20_000 });
      await traffic.more(200);
      await traffic.stop();
      await traffic.settled();
      expect(await gateway.api.takeSavepoint()).toMatchObject({ entities: 16 });
      expect(gateway.output).toContain("DISK_FULL");
      await until(() => gateway.output.includes("the engine runs again"), { what: "the log to say that it is over" });
    },
    60_000,
  );

  test.skipIf(noMount !== undefined)(
    `loses nothing when it is killed meanwhile, and does not start before there is space${skipNote(noMount)}`,
    async () => {
      using disk = new Disk(40);
      await using functions = await Functions.start("e2e/functions/counter.ts");
      await using gateway = await startGateway(disk.dataDir, firstPort);
      await applyCounters(gateway, functions);
      await using traffic = new Traffic(gateway.api);
      await traffic.more(200);
      disk.fill();
      await until(() => traffic.refusals.length > 0, { what: "senders to be refused" });
      await gateway.kill();
      const { exitCode, output } = await refusedStart(disk.dataDir, firstPort + 50);
      expect(output).toMatch(/DISK_FULL|DATABASE_FULL/);
      expect(output).toContain("cure:  Free space");
      expect(exitCode).toBe(75);
      disk.free();
      await gateway.start();
      await traffic.more(50);
      await traffic.stop();
      await traffic.settled();
    },
    60_000,
  );

  test.skipIf(noMount !== undefined)(
    `leaves no half savepoint, and messages go on${skipNote(noMount)}`,
    async () => {
      using disk = new Disk(64);
      await using functions = await Functions.start("e2e/functions/counter.ts");
      // Without a journal, processing what waits takes less space than is left, and a savepoint of it takes more.
      await using gateway = await startGateway(disk.dataDir, firstPort, { SIGNALBOX_JOURNAL_LEVEL: "off" });
      await applyCounters(gateway, functions);
      // Waiting messages make the savepoint large, and no function answers meanwhile.
      await functions.kill();
      const weight = "w".repeat(200_000);
      for (let id = 0; id < 40; id++) await gateway.api.send({ type, id: `waiting-${id}` }, weight);
      disk.fill(4 * 1024 * 1024);
      const savepoint = await refusalOf(gateway.api.takeSavepoint());
      expect(savepoint).toMatchObject({
        status: 503,
        body: {
          code: "DISK_FULL",
          detail: expect.stringContaining("nothing is left of it"),
          cure: expect.stringContaining("take it again"),
        },
      });
      expect(readdirSync(join(disk.dataDir, "savepoints"))).toEqual([]);
      await functions.start();
      await using traffic = new Traffic(gateway.api);
      await traffic.more(50);
      await traffic.stop();
      await traffic.settled();
      const { savepoints } = await gateway.api.request<{ savepoints: { status: string; error: string }[] }>("GET", "/v1/savepoints");
      expect(savepoints).toMatchObject([{ status: "failed", error: expect.stringContaining("full") }]);
      disk.free();
      await until(async () => (await healthOf(gateway)).status === 200, { what: "the gateway to run" });
      expect(await gateway.api.takeSavepoint()).toMatchObject({ entities: 8 * 2 + 40 * 2 });
    },
    60_000,
  );

  test.skipIf(noLimit !== undefined)(
    `does the same when the limit is on the size of files${skipNote(noLimit)}`,
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), "signalbox-limit-"));
      try {
        await using functions = await Functions.start("e2e/functions/counter.ts");
        await using gateway = await startGateway(dataDir, firstPort);
        await applyCounters(gateway, functions);
        await using traffic = new Traffic(gateway.api);
        await traffic.more(100);
        limitFiles(gateway.pid ?? 0, 1_000);
        await saysThatTheDiskIsFull(gateway);
        await until(() => traffic.refusals.length > 20, { what: "senders to be refused" });
        limitFiles(gateway.pid ?? 0, "unlimited");
        await traffic.more(100);
        await traffic.stop();
        await traffic.settled();
      } finally {
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

/** Checks that an entity, its history and the lists are there as before, and nothing says "no results". */
async function readsGoOn(gateway: Gateway, traffic: Traffic): Promise<void> {
  const { counter } = await traffic.counts();
  expect(Math.min(...counter)).toBeGreaterThan(0);
  expect(await gateway.api.entity({ type, id: "0" })).toMatchObject({ state: [{ name: "count" }] });
  expect(await gateway.api.entities(type)).toHaveLength(8);
}

/** Checks that what people manage is refused with a reason, changes nothing and leaves no half file. */
async function managingIsRefused(gateway: Gateway, disk: Disk): Promise<void> {
  const savepoint = await refusalOf(gateway.api.takeSavepoint());
  expect(savepoint).toMatchObject({
    status: 503,
    body: { code: expect.stringMatching(/^(DISK|DATABASE)_FULL$/), cure: expect.stringContaining("Free space") },
  });
  expect(readdirSync(join(disk.dataDir, "savepoints"))).toEqual([]);
  const kept = await refusalOf(
    gateway.api.request("POST", "/trpc/send.save", {
      body: JSON.stringify({ name: "kept", type, entityId: "0", valueType: "io.statefun.types/string", body: "x".repeat(20_000) }),
      headers: { "content-type": "application/json" },
    }),
  );
  expect(kept).toMatchObject({
    status: 503,
    body: {
      error: {
        data: {
          problem: {
            code: "DATABASE_FULL",
            detail: expect.stringContaining("catalog.db cannot be written: its disk is full (database or disk is full)"),
            cure: expect.stringContaining("Free space"),
          },
        },
      },
    },
  });
  const module = await refusalOf(gateway.api.applyModule("more", "kind: io.signalbox.v1/egress\nspec:\n  id: disks/more\n"));
  expect(module).toMatchObject({ status: 503, body: { code: expect.stringMatching(/^(DISK|DATABASE)_FULL$/) } });
  const modules = await gateway.api.request<{ modules: { name: string }[] }>("GET", "/v1/modules");
  expect(modules.modules.map(({ name }) => name)).toEqual(["disks"]);
}

function skipNote(reason: string | undefined): string {
  return reason === undefined ? "" : ` (skipped: ${reason})`;
}
