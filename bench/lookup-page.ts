/**
 * LookupPage: the first page of an id prefix among very many entities, as a person types it in the console: from the last key to the first row, in
 * Chromium, and what the gateway's answer alone took. Wants the store that past-check.ts leaves.
 *   node bench/past-check.ts --entities 1000000 --records 1000000 --asks 1 --keep <folder> && node bench/lookup-page.ts --data <folder> [--asks 20]
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import { percentiles } from "./load/load.ts";
import { pastTypes } from "./store/prepared-past.ts";

const { values } = parseArgs({ options: { data: { type: "string" }, asks: { type: "string", default: "20" } } });
if (values.data === undefined) {
  console.error("lookup-page: --data names the folder that past-check.ts --keep left");
  process.exit(2);
}
const asks = Number(values.asks);
const type = pastTypes.visitor;
const prefixes = 89;
const step = 37;
const forever = { SIGNALBOX_JOURNAL_BYTES_MAX: String(2 ** 40), SIGNALBOX_JOURNAL_AGE_MS: String(365 * 24 * 3_600_000) };
await using gateway = await Gateway.start(
  { SIGNALBOX_LOG_LEVEL: "error", SIGNALBOX_PARTITIONS: "1", ...forever },
  { dataDir: values.data },
);
await until(async () => (await fetch(`${gateway.url}/entities`)).ok, { what: "the console to answer", timeoutMs: 120_000 });
const browser = await chromium.launch({
  executablePath: process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(`${gateway.url}/entities?type=${encodeURIComponent(type)}`);
  const rows = page.getByRole("grid").locator("tbody tr td:first-child");
  await rows.first().waitFor();
  const input = page.getByRole("textbox", { name: "Id prefix" });
  const shown: number[] = [];
  const answered: number[] = [];
  for (let asked = 0; asked < asks; asked++) {
    // Each question uses another prefix, and each prefix has thousands of ids.
    const prefix = `e${1 + ((asked * step) % prefixes)}`;
    const from = performance.now();
    const response = page.waitForResponse((one) => one.url().includes("entities.rows") && one.url().includes(encodeURIComponent(prefix)));
    await input.fill(prefix);
    const answer = await response;
    await answer.finished();
    answered.push(answer.request().timing().responseEnd);
    await page.waitForFunction((start) => document.querySelector("[role=grid] tbody td")?.textContent?.startsWith(start), prefix);
    shown.push(performance.now() - from);
  }
  console.log(JSON.stringify({ type, asks, fromTheKeyToTheRows: rounded(shown), theAnswerAlone: rounded(answered), load: loadavg()[0] }));
} finally {
  await browser.close();
}

function rounded(times: readonly number[]): { p50Ms: number; p99Ms: number } {
  const { p50Ms = 0, p99Ms = 0 } = percentiles(times);
  return { p50Ms: Math.round(p50Ms), p99Ms: Math.round(p99Ms) };
}
