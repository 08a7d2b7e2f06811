/**
 * What a page shows before any script ran: the whole frame stands there as the gateway sent it, so that it is seen and reached by keys at
 * once and nothing jumps when the page comes to life. React sends what lies within a boundary behind the page, hidden, once the page is
 * large.
 */
import { expect } from "@playwright/test";
import { places } from "./journey.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";

test.use({ javaScriptEnabled: false });

let gateway: Gateway;
test.beforeAll(async () => {
  gateway = await Gateway.start();
});
test.afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
});

for (const { name, path } of places) {
  test(`${name} has its status strip, its sidebar and its timeline before a script ran`, async ({ page }) => {
    await page.goto(gateway.url + path);
    await expect(page.getByRole("banner")).toBeVisible();
    await expect(page.getByRole("link", { name: "Overview" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Timeline" })).toBeVisible();
  });
}
