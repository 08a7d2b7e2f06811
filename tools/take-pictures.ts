/**
 * Takes the README's pictures from the real console while the bundled demo runs: node tools/take-pictures.ts (wants Chromium).
 * Writes docs/images/flow-dark.png and flow-light.png.
 */
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { consoleAnswers } from "../e2e/journey.ts";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import { productionBuild } from "./build-steps.ts";
import { repositoryRoot, runStaleSteps } from "./stale-step.ts";

await runStaleSteps(productionBuild(""));
await using gateway = await Gateway.start();
await consoleAnswers(gateway);
await gateway.api.request("POST", "/trpc/demo.start", { body: "{}", headers: { "content-type": "application/json" } });
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
    await page.getByText(/reaches back (4\d|5\d) s|min/).waitFor({ timeout: 90_000 });
    await rows.nth(4).click();
    await page
      .getByText("open trace")
      .first()
      .waitFor()
      .catch(() => undefined);
    await page.screenshot({ path: join(repositoryRoot, `docs/images/flow-${scheme}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
}
