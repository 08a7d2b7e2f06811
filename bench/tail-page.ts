/**
 * TailPage: what Flow's tail costs while messages pour in for minutes: frames a second, row elements in the page, rows that are held, what it says it
 * left out, and the memory of the page. Real gateway, functions and Chromium; the functions take the messages over HTTP in batches.
 *   node bench/tail-page.ts [--per-second 2000] [--minutes 10]
 * A line each minute: the first and the last say whether anything grows.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chromium, type Page } from "@playwright/test";
import { Functions } from "../e2e/stack/functions.ts";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import { moduleYaml } from "../e2e/functions/many-types-plan.ts";
import { framesOf } from "./frames-of-page.ts";
import { pacedTail } from "./load/paced-tail.ts";
import { longestTasks } from "./main-thread-tasks.ts";

const { values } = parseArgs({
  options: { "per-second": { type: "string", default: "2000" }, minutes: { type: "string", default: "10" } },
});
const perSecond = Number(values["per-second"]);
const minutes = Number(values.minutes);
const MS_PER_MINUTE = 60_000;
const TASKS_MS = 5_000;
const BYTES_PER_MEGABYTE = 1024 * 1024;

await using functions = await Functions.start("e2e/functions/many-types.ts");
await using gateway = await Gateway.start({ SIGNALBOX_LOG_LEVEL: "error" });
await gateway.api.applyModule("many", moduleYaml(functions.url));
await until(async () => (await fetch(`${gateway.url}/flow`)).ok, { what: "the console to answer", timeoutMs: 60_000 });
const ending = new AbortController();
const browser = await chromium.launch({
  executablePath: process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(`${gateway.url}/flow`);
  const load = pacedTail(gateway.api, { perSecond, signal: ending.signal });
  // Whatever ends the run also ends the load, and is the error that is reported.
  load.ended.catch(() => undefined);
  await page.getByRole("option").first().waitFor({ timeout: 120_000 });
  for (let minute = 1; minute <= minutes; minute++) {
    const sentBefore = load.sent();
    let mostRows = 0;
    const started = performance.now();
    const frames = await framesOf(page, async () => {
      while (performance.now() - started < MS_PER_MINUTE) {
        mostRows = Math.max(mostRows, await page.getByRole("option").count());
        await page.waitForTimeout(1_000);
      }
    });
    const seconds = (performance.now() - started) / 1_000;
    const [longest] = await longestTasks(browser, page, () => page.waitForTimeout(TASKS_MS));
    const acceptedPerSecond = Math.round((load.sent() - sentBefore) / seconds);
    console.log(
      JSON.stringify({ minute, acceptedPerSecond, ...frames, mostRows, ...(await told(page)), longestTask: longest, load: loadavg()[0] }),
    );
  }
  ending.abort();
  await load.ended;
} finally {
  ending.abort();
  await browser.close();
}

async function told(page: Page): Promise<Record<string, unknown>> {
  const header = page.getByRole("region", { name: "Tail" }).locator("header");
  const heap = await page.evaluate(() => (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0);
  return { header: (await header.innerText()).replaceAll("\n", " | "), heapMegabytes: Math.round(heap / BYTES_PER_MEGABYTE) };
}
