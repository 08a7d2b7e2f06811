/**
 * `node tools/dev-loop.ts [--rounds 3]`: how long a change takes to show under `npm run dev`: one in a source of the gateway, until its
 * answer has it, and one in a source of the console, until the page that is open in Chromium has it, without a reload. Issue 13 wants both
 * within 2 s. The two files are put back. Nothing here is a test: it prints what it measured. Wants Chromium.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { freePorts } from "../e2e/stack/child.ts";
import { until } from "../e2e/stack/until.ts";
import { newPage, startBrowser } from "./screenshots/browser.ts";
import { repositoryRoot } from "./stale-step.ts";
import { toldOptions } from "./told-options.ts";

const { values } = toldOptions({
  command: "node tools/dev-loop.ts",
  about: "Measures how soon a change in a source of the gateway and of the console shows under npm run dev.",
  options: { rounds: { type: "string", default: "3" } },
  says: { rounds: "changes of each kind" },
});
const rounds = Math.max(1, Number(values.rounds) || 1);
const waitMsMax = 60_000;

/** A text in a source, and the text that replaces it while it is looked for. */
interface Edit {
  readonly file: string;
  readonly text: string;
  readonly changed: (mark: string) => string;
}

const gatewayEdit: Edit = {
  file: join(repositoryRoot, "apps/gateway/src/surfaces/http/health.ts"),
  text: "status: health.kind,\n    health,",
  changed: (mark) => `status: health.kind,\n    ${mark}: true,\n    health,`,
};
const consoleEdit: Edit = {
  file: join(repositoryRoot, "apps/console/words/en.ts"),
  text: 'audit: { name: "Audit",',
  changed: (mark) => `audit: { name: "Audit ${mark}",`,
};

const originals = new Map([gatewayEdit, consoleEdit].map(({ file }) => [file, readFileSync(file, "utf8")]));

function putBack(): void {
  for (const [file, text] of originals) if (readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

/** Returns the milliseconds from writing the file until `shows` resolves with true. */
async function timed(edit: Edit, mark: string, shows: () => Promise<boolean>): Promise<number> {
  const original = originals.get(edit.file) ?? "";
  if (!original.includes(edit.text)) throw new Error(`${edit.file} has no longer: ${edit.text}`);
  writeFileSync(edit.file, original.replace(edit.text, edit.changed(mark)));
  const beganMs = performance.now();
  await until(shows, { what: `${mark} to show`, timeoutMs: waitMsMax, everyMs: 10 });
  return performance.now() - beganMs;
}

async function measure(url: string, page: Page): Promise<void> {
  const inHealth = async (mark: string): Promise<boolean> => (await (await fetch(`${url}/health`)).text()).includes(mark);
  const inPage = (mark: string): Promise<boolean> => page.getByRole("link", { name: mark }).first().isVisible();
  await page.goto(`${url}/audit`);
  await page.getByRole("heading", { level: 1 }).waitFor({ timeout: waitMsMax });
  for (let round = 1; round <= rounds; round++) {
    const shown = await timed(consoleEdit, `round${round}`, () => inPage(`Audit round${round}`));
    console.log(`console: shown in the open page after ${(shown / 1000).toFixed(2)} s`);
  }
  for (let round = 1; round <= rounds; round++) {
    const shown = await timed(gatewayEdit, `round${round}`, () => inHealth(`round${round}`));
    console.log(`gateway: answered after ${(shown / 1000).toFixed(2)} s`);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await exit;
}

const dataDir = mkdtempSync(join(tmpdir(), "signalbox-dev-"));
const [http = 0, grpc = 0] = await freePorts(2);
const url = `http://127.0.0.1:${http}`;
const child = spawn(process.execPath, ["tools/dev.mjs"], {
  cwd: repositoryRoot,
  stdio: ["ignore", "ignore", "inherit"],
  env: { ...process.env, SIGNALBOX_PORT: String(http), SIGNALBOX_GRPC_PORT: String(grpc), SIGNALBOX_DATA_DIR: dataDir },
});
process.once("SIGINT", () => {
  putBack();
  child.kill("SIGTERM");
  process.exit(130);
});
const beganMs = performance.now();
try {
  await until(async () => (await fetch(`${url}/audit`)).ok, { what: "the first page of npm run dev", timeoutMs: 180_000, everyMs: 50 });
  console.log(`npm run dev: its first page after ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
  const browser = await startBrowser();
  try {
    await measure(url, await newPage(browser, { scheme: "dark", width: 1440, height: 900 }));
  } finally {
    await browser.close();
  }
} finally {
  putBack();
  await ended(child);
  rmSync(dataDir, { recursive: true, force: true });
}
