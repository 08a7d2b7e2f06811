/** A path that a person wrote is opened only where it names a regular file, and nothing that it names blocks the thread that opens it. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRegularFileSync, readRegularFile } from "../src/regular-file.ts";

let folder = "";
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-file-"));
  execFileSync("mkfifo", [at("pipe")]);
  await symlink(at("pipe"), at("link-to-pipe"));
  await symlink("/dev/zero", at("link-to-zero"));
  await writeFile(at("text"), "hello");
  await symlink(at("text"), at("link-to-text"));
  await writeFile(at("large"), Buffer.alloc(200_000, 65));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a path that is not a regular file is refused by its kind", () => {
  test.each([
    ["pipe", "a pipe"],
    ["link-to-pipe", "a pipe"],
    ["link-to-zero", "a device"],
    [".", "a folder"],
    ["/dev/ptmx", "a device"],
    ["/dev/zero", "a device"],
    ["/dev/tty", "a device"],
  ])("%s is %s", async (name, what) => {
    const path = name.startsWith("/") ? name : at(name);
    expect(await readRegularFile(path, 1_000)).toEqual({
      kind: "error",
      reason: expect.stringContaining(`is no regular file but ${what}`),
    });
    expect(() => openRegularFileSync(path)).toThrow(what);
  });

  test("a socket", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(at("socket"), resolve));
    expect(await readRegularFile(at("socket"), 1_000)).toMatchObject({ reason: expect.stringContaining("a socket") });
    server.close();
  });
});

test("more pipes and endless devices than there are file threads block none of them", async () => {
  const paths = Array.from({ length: 32 }, (_, index) => (index % 2 === 0 ? at("pipe") : "/dev/ptmx"));
  const results = await Promise.all(paths.map((path) => readRegularFile(path, 1_000)));
  expect(results.every((result) => result.kind === "error")).toBe(true);
  // The threads are free, because this read needs one.
  await writeFile(at("after"), "x");
});

test("a regular file is read whole, through a link too, up to the bound and not beyond", async () => {
  expect(await readRegularFile(at("link-to-text"), 5)).toEqual({ kind: "ok", bytes: Buffer.from("hello") });
  expect(await readRegularFile(at("text"), 4)).toEqual({ kind: "error", reason: "is larger than 4 bytes" });
  expect(await readRegularFile(at("large"), 200_000)).toMatchObject({ kind: "ok", bytes: expect.objectContaining({ length: 200_000 }) });
  expect(await readRegularFile(at("large"), 199_999)).toMatchObject({ kind: "error" });
  expect(await readRegularFile(at("nothing"), 10)).toMatchObject({ reason: expect.stringContaining("ENOENT") });
  expect(await readRegularFile("a\0b", 10)).toMatchObject({ kind: "error" });
});

test.skipIf(!existsSync("/proc/self/status"))("a file that claims to be empty is read to its real end, within the bound", async () => {
  expect(await readRegularFile("/proc/self/status", 100_000)).toMatchObject({ kind: "ok" });
  expect(await readRegularFile("/proc/self/status", 10)).toEqual({ kind: "error", reason: "is larger than 10 bytes" });
});
