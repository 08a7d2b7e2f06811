/**
 * A store on disk whose process is killed or whose disk refuses writes keeps acknowledged batches, and each other batch whole or not at
 * all.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDiskStore } from "../src/adapters/disk-store.ts";
import { openLevelStore } from "../src/adapters/leveldb/store-level.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-faults-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(script: string, { module, shell = "" }: { module: string; shell?: string }) {
  const url = JSON.stringify(new URL(`../src/adapters/${module}`, import.meta.url).href);
  const source = `const { openDiskStore, openLevelStore } = await import(${url});const openStore = openDiskStore ?? openLevelStore;${script}`;
  return spawn("/bin/sh", ["-c", `${shell} exec "$0" --input-type=module -e "$1"`, process.execPath, source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe.each([
  { name: "level", module: "leveldb/store-level.ts", openStore: openLevelStore },
  { name: "disk", module: "disk-store.ts", openStore: openDiskStore },
])("the $name store:", ({ name, module, openStore }) => {
  test("a store that is killed while it writes keeps every acknowledged batch whole", { timeout: 30_000 }, async () => {
    const path = join(folder, `${name}-killed`);
    const script = `
      const store = await openStore(${JSON.stringify(path)});
      for (let batch = Number(store.get("batch")?.toString() ?? 0) + 1; ; batch += 1) {
        const value = Buffer.from(String(batch));
        await store.writeSynced(["batch", ...Array.from({ length: 50 }, (_, index) => "row/" + index)].map((key) => ({ key, value })));
        console.log(batch);
      }`;
    let acknowledged = 0;
    for (let round = 1; round <= 4; round += 1) {
      const child = run(script, { module });
      const lines = createInterface({ input: child.stdout });
      const goal = acknowledged + 30 * round;
      lines.on("line", (line) => {
        acknowledged = Number(line);
        if (acknowledged >= goal) child.kill("SIGKILL");
      });
      await Promise.all([once(child, "exit"), once(lines, "close")]);
      const store = await openStore(path);
      const found = Buffer.from(store.get("batch") ?? []).toString();
      expect(Number(found)).toBeGreaterThanOrEqual(acknowledged);
      for await (const [, value] of store.scan({ gte: "row/", lt: "row0" })) expect(Buffer.from(value).toString()).toBe(found);
      await store.close();
    }
  });

  test("a store whose disk refused a batch takes the same batch once the disk takes writes again", { timeout: 30_000 }, async () => {
    const path = join(folder, `${name}-full`);
    // The limit on the size of a file makes the log refuse writes; opening it again starts another log.
    const script = `
      const store = await openStore(${JSON.stringify(path)});
      const value = Buffer.alloc(60_000, 1);
      let acknowledged = 0;
      const report = { codes: [], retried: false };
      for (let attempt = 0; attempt < 60 && !report.retried; attempt += 1) {
        try {
          await store.writeSynced([{ key: "k" + acknowledged, value }]);
          report.retried = report.codes.length > 0;
          acknowledged += 1;
        } catch (error) {
          report.codes.push(error.code);
        }
      }
      const kept = Array.from({ length: acknowledged }, (_, index) => store.get("k" + index)?.length === value.length);
      console.log(JSON.stringify({ ...report, acknowledged, keptAll: kept.every(Boolean) }));
      await store.close();`;
    const child = run(script, { module, shell: "ulimit -f 1200;" });
    const exited = once(child, "exit");
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    await exited;
    expect(JSON.parse(String(line))).toMatchObject({ codes: expect.arrayContaining(["DISK_FULL"]), retried: true, keptAll: true });
    const store = await openStore(path);
    expect(store.get("k5")?.length).toBe(60_000);
    await store.close();
  });
});
