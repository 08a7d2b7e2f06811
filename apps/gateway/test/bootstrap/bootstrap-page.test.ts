/**
 * The page docs/bootstrap.md is true: its files, its SQL and its command give what it shows.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const page = new URL("../../../../docs/bootstrap.md", import.meta.url);
const tool = fileURLToPath(new URL("../../../../tools/bootstrap.ts", import.meta.url));
let folder = "";
let blocks: { language: string; file: string; text: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-bootstrap-page-"));
  const text = await readFile(page, "utf8");
  blocks = [...text.matchAll(/```(\w+) ?(\S*)\n([\s\S]*?)```/g)].map(([, language = "", file = "", body = ""]) => ({
    language,
    file,
    text: body,
  }));
  for (const { file, text: content } of blocks) {
    if (file === "shop.db") {
      const database = new Database(join(folder, file));
      database.exec(content);
      database.close();
    } else if (file !== "") await writeFile(join(folder, file), content);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the tool as `npm run` does: in the repository's folder, while file names are relative to the folder of the person. */
function bootstrap(args: string[]) {
  return run(process.execPath, [tool, ...args], {
    cwd: fileURLToPath(new URL("../../../..", import.meta.url)),
    env: { ...process.env, INIT_CWD: folder },
  });
}

function commandOfThePage(): string[] {
  const command = blocks.find(({ language }) => language === "sh")?.text ?? "";
  return command.trim().split(/\s+/).slice(4);
}

test("the command makes the savepoint and prints what the page shows", async () => {
  const { stdout } = await bootstrap(commandOfThePage());
  const shown = blocks.find(({ language }) => language === "text")?.text.trimEnd() ?? "";
  expect(stdout.replace(/ in [\d.]+ s/, "")).toContain(shown);
  const database = new Database(join(folder, "shop.savepoint"), { readonly: true });
  expect(database.prepare("SELECT count(*) FROM state").pluck().get()).toBe(5);
  database.close();
});

test("a dry run makes nothing; wrong words and wrong rows end with what to do", async () => {
  const dry = commandOfThePage().map((word) => (word === "shop.savepoint" ? "dry.savepoint" : word));
  await bootstrap([...dry, "--dry-run"]);
  await expect(readFile(join(folder, "dry.savepoint"))).rejects.toMatchObject({ code: "ENOENT" });
  await expect(bootstrap(["--sql", "shop.sql", "--source", "x"])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("NAME=PLACE"),
  });
  await writeFile(join(folder, "wrong.sql"), "SELECT 'shop/cart' AS type, customer AS id, 'basket' AS name, NULL AS value FROM customers");
  await expect(bootstrap(["--sql", "wrong.sql", "--source", "customers=customers.csv", "--out", "wrong.savepoint"])).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("value is NULL; leave the row out: WHERE value IS NOT NULL"),
  });
});
