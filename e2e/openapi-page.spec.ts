/** /openapi in a browser: an operation is found, its request stands there as curl, and what is sent is answered; by keys alone, without an accessibility fault, on a phone too. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";

let gateway: Gateway;
test.beforeAll(async () => {
  gateway = await Gateway.start();
});
test.afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
});

for (const scheme of ["dark", "light"] as const)
  for (const width of [390, 1440])
    test(`an operation is found, tried and answered (${scheme}, ${width} wide)`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${gateway.url}/openapi`);
      await page.getByRole("searchbox", { name: "Find" }).fill("modules.put");
      const operation = page.locator("details").filter({ hasText: "PUT /v1/modules/{name}" });
      await expect(page.locator("details:visible")).toHaveCount(1);
      await operation.locator("summary").focus();
      await page.keyboard.press("Enter");
      const name = `shop-${scheme}-${width}`;
      await operation.getByRole("textbox", { name: "name" }).fill(name);
      await operation.getByRole("textbox", { name: "Body" }).fill(`kind: io.signalbox.v1/egress\nspec:\n  id: shop/${name}\n`);
      await expect(operation.getByLabel("As curl")).toContainText(`/v1/modules/${name}'`);
      await operation.getByRole("button", { name: "Send" }).click();
      await expect(operation.getByRole("status", { name: "Answer" })).toContainText(`"name": "${name}"`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      expect(await page.evaluate(async () => (await document.fonts.ready).check('13px "Geist"') && document.fonts.size)).toBe(2);
      await page.screenshot({ path: test.info().outputPath("openapi.png") });
      await page.getByRole("searchbox", { name: "Find" }).fill("nothing of this name");
      await expect(page.getByText("Nothing has these words.")).toBeVisible();
    });
