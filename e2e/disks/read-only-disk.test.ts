/** A disk that turns read-only: a start says so and ends; a running gateway refuses, reads on, and goes on by itself when it is writable. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Functions } from "../stack/functions.ts";
import { until } from "../stack/until.ts";
import { applyCounters, healthOf, refusedStart, startGateway } from "./disk-stack.ts";
import { Disk, Ext4Disk, limitFiles, whyNoExt4, whyNoFileLimit, whyNoMount } from "./disk.ts";
import { Traffic } from "./traffic.ts";

const firstPort = 22_300;
const noExt4 = whyNoExt4();
const reason = whyNoMount() ?? whyNoFileLimit();

describe.skipIf(reason !== undefined)(`a disk that turns read-only${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  test("under traffic: 503 with code, place and cure until it is writable again; then exact counters", { timeout: 60_000 }, async () => {
    using disk = new Disk(40);
    await using functions = await Functions.start("e2e/functions/counter.ts");
    await using gateway = await startGateway(disk.dataDir, firstPort);
    await applyCounters(gateway, functions);
    await using traffic = new Traffic(gateway.api);
    await traffic.more(100);
    // The system lets no disk turn read-only while files on it are open for writing. So new files are refused as read-only, and the limit
    // on the size of files keeps the open log from growing, so that the next write needs a new file.
    disk.makeReadOnly(join(disk.dataDir, "engine", "store-1"));
    limitFiles(gateway.pid ?? 0, 1_000);
    const health = await until(
      async () => {
        const reply = await healthOf(gateway);
        return reply.body.health["code"] === "DISK_READ_ONLY" && reply;
      },
      { what: "health to say that the disk is read-only" },
    );
    expect(health).toMatchObject({
      status: 503,
      body: {
        status: "store-failed",
        health: { place: expect.stringContaining("store-1"), cure: expect.stringContaining("remount it read-write") },
      },
    });
    limitFiles(gateway.pid ?? 0, "unlimited");
    await until(() => traffic.refusals.some(({ problem }) => problem["code"] === "DISK_READ_ONLY"), { what: "senders to hear why" });
    expect(traffic.refusals.every(({ status }) => status === 503)).toBe(true);
    expect(await gateway.api.entities("signalbox.disks/counter")).toHaveLength(8);
    disk.makeWritable();
    await until(async () => (await healthOf(gateway)).status === 200, { what: "the gateway to go on by itself", timeoutMs: 20_000 });
    await traffic.more(100);
    await traffic.stop();
    await traffic.settled();
  });

  test("at the start: one message and exit code 75; writable again, it starts with everything", { timeout: 60_000 }, async () => {
    using disk = new Disk(40);
    await using functions = await Functions.start("e2e/functions/counter.ts");
    await using gateway = await startGateway(disk.dataDir, firstPort);
    await applyCounters(gateway, functions);
    await using traffic = new Traffic(gateway.api);
    await traffic.more(50);
    await traffic.stop();
    await traffic.settled();
    await gateway.kill();
    disk.makeReadOnly();
    const { exitCode, output } = await refusedStart(disk.dataDir, firstPort + 50);
    expect(output).toMatch(/where: .*DISK_READ_ONLY/);
    expect(output).toMatch(/cure: {2}Make it writable/);
    expect(exitCode).toBe(75);
    disk.makeWritable();
    await gateway.start();
    await traffic.settled();
  });
});

describe.skipIf(noExt4 !== undefined)(
  `a file system that the kernel turned read-only${noExt4 === undefined ? "" : ` (skipped: ${noExt4})`}`,
  () => {
    test("refuses and reads on; mended and started again, every acknowledged message counts once", { timeout: 60_000 }, async () => {
      using disk = new Ext4Disk();
      await using functions = await Functions.start("e2e/functions/counter.ts");
      await using gateway = await startGateway(disk.dataDir, firstPort);
      await applyCounters(gateway, functions);
      await using traffic = new Traffic(gateway.api);
      await traffic.more(50);
      disk.abort();
      const kinds = (): string[] => traffic.refusals.map(({ status, problem }) => `${status} ${String(problem["code"])}`);
      await until(() => kinds().length > 10 && kinds().at(-1) === "503 DISK_READ_ONLY", { what: "senders to be refused" });
      // The write under way when the kernel aborts the file system fails as on a broken disk; after that the disk is read-only.
      expect(kinds().filter((kind) => kind !== "503 DISK_READ_ONLY" && kind !== "503 STORE_FAILED")).toEqual([]);
      expect(await healthOf(gateway)).toMatchObject({ status: 503, body: { health: { code: "DISK_READ_ONLY" } } });
      expect(await gateway.api.entities("signalbox.disks/counter")).toHaveLength(8);
      await gateway.kill();
      disk.mend();
      await gateway.start();
      await traffic.more(30);
      await traffic.stop();
      await traffic.settled();
    });
  },
);
