/** The data directory lets one gateway in and always names one whole store folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDataDirectory } from "../src/adapters/leveldb/data-directory.ts";

let folder = "";
let next = 0;
const freshPath = (): string => join(folder, `data-${++next}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-data-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a new directory is made, with a first store folder that stays the current one", async () => {
  const path = join(freshPath(), "deep", "er");
  const first = await openDataDirectory(path);
  expect(basename(first.current())).toBe("store-1");
  first.close();
  const second = await openDataDirectory(path);
  expect(second.current()).toBe(first.current());
  expect(await readdir(second.current())).toEqual([]);
  second.close();
});

test("a second gateway is refused with DATA_IN_USE until the first lets go", async () => {
  const path = freshPath();
  const first = await openDataDirectory(path);
  await expect(openDataDirectory(path)).rejects.toMatchObject({ code: "DATA_IN_USE", cure: expect.stringContaining("SIGNALBOX_DATA_DIR") });
  first.close();
  (await openDataDirectory(path)).close();
});

test("another process that holds the directory is noticed, and killing it releases the directory", async () => {
  const path = freshPath();
  const module = new URL("../src/adapters/leveldb/data-directory.ts", import.meta.url).href;
  const script = `const { openDataDirectory } = await import(${JSON.stringify(module)}); globalThis.held = await openDataDirectory(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  await expect(openDataDirectory(path)).rejects.toMatchObject({
    code: "DATA_IN_USE",
    message: `the data directory ${path} is held by another gateway, process ${holder.pid}`,
  });
  holder.kill("SIGKILL");
  await once(holder, "exit");
  (await openDataDirectory(path)).close();
});

test("switching makes the next folder current and removes stale ones", async () => {
  const path = freshPath();
  const directory = await openDataDirectory(path);
  const old = directory.current();
  const restored = directory.createNext();
  expect(directory.current()).toBe(old);
  await directory.switchTo(restored);
  expect(directory.current()).toBe(restored);
  directory.close();
  const again = await openDataDirectory(path);
  expect(again.current()).toBe(restored);
  await again.removeStale();
  expect((await readdir(path)).filter((name) => name.startsWith("store-"))).toEqual([basename(restored)]);
  expect(basename(again.createNext())).toBe("store-3");
  again.close();
});

test("a restore that was cut before the switch leaves the old store current", async () => {
  const path = freshPath();
  const directory = await openDataDirectory(path);
  const old = directory.current();
  await writeFile(join(directory.createNext(), "half"), "half");
  // This is the state that a process leaves when it is killed between writing the new name and renaming it.
  await writeFile(join(path, "CURRENT.next"), "store-2\n");
  directory.close();
  const again = await openDataDirectory(path);
  expect(again.current()).toBe(old);
  await again.removeStale();
  expect((await readdir(path)).toSorted()).toEqual(["CURRENT", "CURRENT.next", "gateway.lock", "gateway.pid", "store-1"]);
  again.close();
});

test("a first start that was cut before its pointer was written starts as new", async () => {
  const path = freshPath();
  await mkdir(join(path, "store-1"), { recursive: true });
  const directory = await openDataDirectory(path);
  expect(basename(directory.current())).toBe("store-1");
  directory.close();
});

test("only a folder of this directory can become current", async () => {
  const directory = await openDataDirectory(freshPath());
  await expect(directory.switchTo(join(directory.path, "store-9"))).rejects.toThrow("no store folder");
  await expect(directory.switchTo(join(folder, "store-1"))).rejects.toThrow("no store folder");
  directory.close();
});

test("a pointer that leads nowhere, or is absent though stores hold data, is DATA_CORRUPT with the names to choose from", async () => {
  const path = freshPath();
  const directory = await openDataDirectory(path);
  await writeFile(join(directory.current(), "some"), "data");
  directory.close();
  await writeFile(join(path, "CURRENT"), "store-7\n");
  await expect(openDataDirectory(path)).rejects.toMatchObject({ code: "DATA_CORRUPT", cure: expect.stringContaining("store-1") });
  await rm(join(path, "CURRENT"));
  await expect(openDataDirectory(path)).rejects.toMatchObject({ code: "DATA_CORRUPT", cure: expect.stringContaining("CURRENT") });
  await writeFile(join(path, "CURRENT"), "store-1\n");
  (await openDataDirectory(path)).close();
  expect(await readFile(join(path, "CURRENT"), "utf8")).toBe("store-1\n");
});

test("a path is made with all folders above it", async () => {
  const path = join(freshPath(), "a", "b");
  (await openDataDirectory(path)).close();
  expect(await readFile(join(path, "CURRENT"), "utf8")).toBe("store-1\n");
});

test.runIf(process.platform === "linux")("a path where the system takes no folders is refused, and the start ends", async () => {
  await expect(openDataDirectory("/proc/signalbox/engine")).rejects.toMatchObject({
    code: "STORE_FAILED",
    cure: expect.stringContaining("SIGNALBOX_DATA_DIR"),
  });
});

test("a path that is a file is refused with STORE_FAILED", async () => {
  const path = freshPath();
  await writeFile(path, "a file");
  await expect(openDataDirectory(path)).rejects.toMatchObject({ code: "STORE_FAILED" });
});
