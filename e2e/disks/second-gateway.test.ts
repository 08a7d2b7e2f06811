/** A second gateway on a data directory in use: it ends at once and says who holds it; the first does not notice. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Functions } from "../stack/functions.ts";
import { applyCounters, healthOf, refusedStart, startGateway } from "./disk-stack.ts";
import { Traffic } from "./traffic.ts";

const firstPort = 22_200;

test("a second gateway on the same data directory ends at once with the directory and the process that holds it", {
  timeout: 40_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "signalbox-second-"));
  try {
    await using functions = await Functions.start("e2e/functions/counter.ts");
    await using gateway = await startGateway(dataDir, firstPort);
    await applyCounters(gateway, functions);
    await using traffic = new Traffic(gateway.api);
    await traffic.more(20);
    const { exitCode, output, ms } = await refusedStart(dataDir, firstPort + 50);
    expect(output).toContain(`the data directory ${join(dataDir, "engine")} is held by another gateway, process ${gateway.pid}`);
    expect(output).toMatch(/where: .*DATA_IN_USE/);
    expect(output).toContain("SIGNALBOX_DATA_DIR");
    expect(exitCode).toBe(75);
    expect(ms).toBeLessThan(10_000);
    await traffic.more(20);
    await traffic.stop();
    await traffic.settled();
    expect(traffic.refusals).toEqual([]);
    expect(traffic.unanswered).toBe(0);
    expect((await healthOf(gateway)).status).toBe(200);
    // A killed gateway releases the directory, although its process is still named in it.
    await gateway.kill();
    await gateway.start();
    await traffic.settled();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
