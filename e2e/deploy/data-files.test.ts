/** What lies in a data directory: nobody else reads it, and a copy of it stands for itself. */
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Gateway } from "../stack/gateway.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Taken {
  readonly id: string;
  readonly path: string;
}

const take = async (gateway: Gateway): Promise<Taken> =>
  (await (await fetch(`${gateway.url}/v1/savepoints`, { method: "POST" })).json()) as Taken;

function openToOthers(path: string): string[] {
  return ["", ...readdirSync(path, { recursive: true, encoding: "utf8" })].filter(
    (name) => (statSync(join(path, name)).mode & 0o077) !== 0,
  );
}

it("files and folders belong to the gateway's user alone, also those that were wider, which the log reports", async () => {
  const dataDir = join(folder, "data");
  await using gateway = await Gateway.start({}, { dataDir });
  await take(gateway);
  expect(openToOthers(dataDir)).toEqual([]);
  await gateway.stop();
  for (const name of ["", ...readdirSync(dataDir, { recursive: true, encoding: "utf8" })]) {
    const path = join(dataDir, name);
    chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
  }
  await gateway.start();
  expect(openToOthers(dataDir)).toEqual([]);
  expect(gateway.output).toContain("other users could read");
}, 120_000);

it("a copy works on its own savepoints: one that is removed there stays in the original", async () => {
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  await using original = await Gateway.start({}, { dataDir: first });
  const { id } = await take(original);
  await original.stop();
  cpSync(first, second, { recursive: true });
  await using copy = await Gateway.start({}, { dataDir: second });
  const listed = (await (await fetch(`${copy.url}/v1/savepoints`)).json()) as { savepoints: Taken[] };
  expect(listed.savepoints.map((one) => one.path)).toEqual([join(second, "savepoints", `${id}.savepoint`)]);
  expect((await fetch(`${copy.url}/v1/savepoints/${id}`, { method: "DELETE" })).ok).toBe(true);
  expect(readdirSync(join(second, "savepoints"))).toEqual([]);
  expect(readdirSync(join(first, "savepoints"))).toEqual([`${id}.savepoint`]);
}, 120_000);
