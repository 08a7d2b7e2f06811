/** What a command writes to the disk: whole or not there, and a disk that takes no more is said in words. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { NewFile } from "../src/output/new-file.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-new-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* twoPieces(between: () => Promise<void>): AsyncGenerator<Uint8Array> {
  yield Buffer.from("one");
  await between();
  yield Buffer.from("two");
}

test("a file is whole or absent", async () => {
  const file = await NewFile.open(join(folder, "a"));
  await file.write(twoPieces(async () => undefined));
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("an error of the disk ends the command with a message and a cure, and leaves no file", async () => {
  const file = await NewFile.open(join(folder, "b"));
  // A handle that is closed fails as one on a full disk does.
  const written = file.write(twoPieces(() => file.discard()));
  await expect(written).rejects.toMatchObject({
    name: "CliError",
    reason: "failed",
    message: expect.stringContaining("cannot be written"),
  });
  expect(readdirSync(folder)).toEqual(["a"]);
});
