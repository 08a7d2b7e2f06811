/**
 * Takes the README's pictures from the real console while the ride sharing demo runs: node tools/take-pictures.ts (wants Chromium).
 * Writes docs/images/flow-dark.png and flow-light.png.
 */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "@playwright/test";
import { consoleAnswers } from "../e2e/journey.ts";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import { productionBuild } from "./build-steps.ts";
import { repositoryRoot, runStaleSteps } from "./stale-step.ts";

await runStaleSteps(productionBuild(""));
await using gateway = await Gateway.start();
await consoleAnswers(gateway);
await gateway.api.request("POST", "/trpc/demo.start", {
  body: JSON.stringify({ name: "ride-sharing" }),
  headers: { "content-type": "application/json" },
});
// Until then charts and tape are nearly empty.
await wait(50_000);
const browser = await chromium.launch({
  executablePath: process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  for (const scheme of ["dark", "light"] as const) {
    const page = await browser.newPage({ colorScheme: scheme, viewport: { width: 1440, height: 900 } });
    await page.goto(`${gateway.url}/flow`);
    const rows = page.getByRole("option");
    await until(async () => (await rows.count()) >= 20, { what: "the demo to fill the tail", timeoutMs: 60_000, everyMs: 200 });
    await page.locator(".react-flow__node").first().waitFor({ timeout: 60_000 });
    // Its dots are on their way.
    await wait(5_000);
    await rows.nth(4).click();
    await page
      .getByText("open trace")
      .first()
      .waitFor()
      .catch(() => undefined);
    await wait(3_000);
    await page.screenshot({ path: join(repositoryRoot, `docs/images/flow-${scheme}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
}
