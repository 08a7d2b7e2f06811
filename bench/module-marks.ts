/**
 * ModuleMarks: from a key in a module's YAML to the mark in its margin of the text, in Chromium, against a real gateway, at a thousand lines.
 *   node bench/module-marks.ts [--lines 1000] [--times 20]
 */
import { chromium, type Page } from "@playwright/test";
import { parseArgs } from "node:util";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";

const { values } = parseArgs({ options: { lines: { type: "string", default: "1000" }, times: { type: "string", default: "20" } } });
const mark = ".cm-lintRange-error";
const linesOfOne = 9;

function moduleYaml(lines: number): string {
  const endpoint = (index: number): string =>
    `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: shop${index}/*\n  urlPathTemplate: http://127.0.0.1:9/{function.name}\n` +
    "  maxNumBatchRequests: 5\n  transport:\n    type: io.statefun.transports.v1/async\n    call: 30s\n";
  return Array.from({ length: Math.ceil(lines / linesOfOne) }, (_none, index) => endpoint(index)).join("---\n");
}

await using gateway = await Gateway.start();
const yaml = moduleYaml(Number(values.lines));
await gateway.api.applyModule("long", yaml);
await until(async () => (await fetch(`${gateway.url}/modules/long`)).ok, { what: "the console to answer", timeoutMs: 60_000 });
const browser = await chromium.launch({
  executablePath: process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${gateway.url}/modules/long`);
  const text = page.getByRole("textbox", { name: "YAML of module long" });
  await text.click();
  await page.keyboard.press("Control+Home");
  const times: number[] = [];
  for (let count = 0; count < Number(values.times); count += 1) times.push(await keyToMark(page));
  times.sort((left, right) => left - right);
  const at = (share: number): number => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  console.log(JSON.stringify({ lines: yaml.split("\n").length, times: times.length, p50Ms: at(0.5), p95Ms: at(0.95), longestMs: at(1) }));
} finally {
  await browser.close();
}

/** Writes one wrong letter and removes it. Both ends of the clock are in the page: the key's event, and the frame that has the mark. */
async function keyToMark(page: Page): Promise<number> {
  const measured = page.evaluate(
    (selector) =>
      new Promise<number>((resolve) => {
        let pressedMs = 0;
        document.addEventListener("keydown", ({ timeStamp }) => (pressedMs = timeStamp), { once: true, capture: true });
        const look = (): void => {
          if (pressedMs > 0 && document.querySelector(selector) !== null) resolve(performance.now() - pressedMs);
          else requestAnimationFrame(look);
        };
        look();
      }),
    mark,
  );
  await page.keyboard.press("x");
  const ms = await measured;
  await page.keyboard.press("Backspace");
  await page.locator(mark).first().waitFor({ state: "detached" });
  return ms;
}
