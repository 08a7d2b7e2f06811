/** The console while the disk is full: every page says what is wrong and what to do and shows what there is; the banner goes by itself. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { consoleAnswers, places } from "../journey.ts";
import { Functions } from "../stack/functions.ts";
import { until } from "../stack/until.ts";
import { applyCounters, healthOf, startGateway } from "./disk-stack.ts";
import { Disk, whyNoMount } from "./disk.ts";
import { Traffic } from "./traffic.ts";

const noMount = whyNoMount();

test("a full disk stands on every page with its cure, hides nothing, and is gone when there is space", async ({ page }) => {
  test.skip(noMount !== undefined, noMount);
  using disk = new Disk(40);
  await using functions = await Functions.start("e2e/functions/counter.ts");
  await using gateway = await startGateway(disk.dataDir, 22_400);
  await applyCounters(gateway, functions);
  await consoleAnswers(gateway);
  await using traffic = new Traffic(gateway.api);
  await traffic.more(100);
  disk.fill();
  await until(async () => (await healthOf(gateway)).status === 503, { what: "the gateway to notice" });
  const banner = page.getByRole("region", { name: "Engine health" });
  for (const { path } of places) {
    await page.goto(`${gateway.url}${path}`);
    await expect(banner.getByRole("alert")).toHaveText("The disk is full");
    await expect(banner).toContainText(/for \d+ (s|min)/);
    await expect(banner).toContainText("What to do: Free space");
    await expect(banner).toContainText(disk.dataDir);
  }
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found = await new AxeBuilder({ page }).include('section[aria-label="Engine health"]').analyze();
    expect(found.violations.map(({ id }) => id)).toEqual([]);
  }
  await page.goto(`${gateway.url}/`);
  await expect(page.getByRole("region", { name: "What needs you" })).toContainText("The disk is full");
  await page.goto(`${gateway.url}/entities?type=signalbox.disks%2Fcounter&id=0`);
  await expect(page.getByText("count", { exact: true }).first()).toBeVisible();
  await page.goto(`${gateway.url}/savepoints`);
  await page.getByRole("button", { name: "Take a savepoint" }).first().click();
  await expect(page.getByText(/No savepoint was taken: The disk/)).toBeVisible();
  disk.free();
  await expect(banner).toHaveCount(0, { timeout: 20_000 });
  await traffic.more(20);
});
