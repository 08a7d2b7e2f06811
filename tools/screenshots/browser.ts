/**
 * The browser of the pictures: Debian's Chromium with a fixed size, language and time zone. It saves a page as WebP, which Chromium makes
 * itself and which has a third of the bytes of a PNG. Neighbour: main.ts.
 */
import { writeFileSync } from "node:fs";
import { chromium, type Browser, type Page } from "@playwright/test";
import type { Scheme } from "./schemes.ts";

/** This is small enough for a repository, and letters have no halo yet. */
const quality = 80;

export function startBrowser(): Promise<Browser> {
  const executablePath = process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"] });
}

export async function newPage(browser: Browser, look: { scheme: Scheme; width: number; height: number }): Promise<Page> {
  const { scheme, width, height } = look;
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height }, locale: "en-GB", timezoneId: "UTC" });
  return await context.newPage();
}

/** Opens a page, and once more when its stylesheet did not arrive. */
export async function openPage(page: Page, url: string): Promise<void> {
  const isBare = (): Promise<boolean> => page.evaluate(() => getComputedStyle(document.body).backgroundColor === "rgba(0, 0, 0, 0)");
  await page.goto(url);
  await page.getByRole("heading").first().waitFor();
  if (!(await isBare())) return;
  await page.reload();
  await page.getByRole("heading").first().waitFor();
  if (await isBare()) throw new Error(`${url} came without its stylesheet`);
}

/** Resolves when the pointer is off the page and nothing is loading. */
export async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page
    .getByRole("status", { name: /loading/i })
    .first()
    .waitFor({ state: "detached" });
  await page.waitForTimeout(2_500);
}

export async function savePicture(page: Page, path: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality, captureBeyondViewport: false });
  writeFileSync(path, Buffer.from(data, "base64"));
  await devtools.detach();
}
