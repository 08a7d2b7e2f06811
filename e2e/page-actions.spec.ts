/** What a page can do is reached by one key, and its rows say on a phone what has no column there. */
import { expect, type Locator, type Page } from "@playwright/test";
import { startStack, type Stack } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const ada = { type: "example/person", id: "ada" };

let stack: Stack;
test.beforeAll(async () => {
  stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url));
  await api.send(ada, "hello");
  await until(async () => (await api.state(ada, "visits")) === 1, { what: "one visit" });
});
test.afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

async function openPalette(page: Page): Promise<Locator> {
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Go to" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  return palette;
}

async function choose(page: Page, typed: string, option: RegExp): Promise<void> {
  const palette = await openPalette(page);
  await page.keyboard.type(typed);
  await expect(palette.getByRole("option", { name: option })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(palette).toHaveCount(0);
}

test("an entity is paused, resumed, edited, sent to and compared by the palette, by keys alone", async ({ page }) => {
  await page.goto(`${stack.gateway.url}/entities/example/person/ada`);
  const status = page.getByRole("region", { name: "Status" });
  await expect(status.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  await choose(page, "pause ada", /^Pause ada/);
  await expect(status.getByRole("button", { name: "Resume" })).toBeVisible();
  await choose(page, "resume ada", /^Resume ada/);
  await expect(status.getByRole("button", { name: "Pause", exact: true })).toBeVisible();

  await choose(page, "edit state visits", /^Edit state visits/);
  const dialog = page.getByRole("dialog", { name: /visits/ });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await choose(page, "compare ada", /^Compare ada/);
  await expect(page).toHaveURL(/\/savepoints\/compare\?.*entity=ada/);
  await page.goBack();
  await choose(page, "send ada a m", /^Send ada a message/);
  await expect(page).toHaveURL(/\/send\?.*id=ada/);
});

test("the command line for what a page shows is copied by the palette", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${stack.gateway.url}/entities/example/person/ada`);
  await expect(page.getByRole("region", { name: "Status" })).toBeVisible();
  await choose(page, "copy as cli", /^Copy as CLI.*signalbox entities get example\/person\/ada/);
  await expect(page.getByText("The command is copied")).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`signalbox entities get example/person/ada --url ${stack.gateway.url}`);
});

test("an impossible action says why, and the keys of the page stand beside it", async ({ page }) => {
  await page.goto(`${stack.gateway.url}/failures`);
  await expect(page.getByRole("heading", { level: 1, name: "Failures" })).toBeVisible();
  const palette = await openPalette(page);
  await page.keyboard.type("retry all");
  await expect(palette.getByRole("option", { name: /Retry all that match a cause.*Choose a cause first/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(palette).toBeVisible();
  await page.keyboard.press("Escape");

  await page.goto(`${stack.gateway.url}/traces`);
  await expect(page.getByRole("heading", { level: 1, name: "Traces" })).toBeVisible();
  await openPalette(page);
  await page.keyboard.type("pause or go");
  await expect(palette.getByRole("option", { name: /^Pause or go on.*p$/ })).toBeVisible();
});

for (const { name, path, row, says } of [
  { name: "Entities", path: "/entities?type=example%2Fperson", row: /ada/, says: ["Status", "Written"] },
  { name: "Functions", path: "/functions", row: /example\/person/, says: ["Failed", "p99", "States"] },
  { name: "Modules", path: "/modules", row: /greeter/, says: ["Endpoints", "Ingresses", "Warnings"] },
]) {
  test(`a row of ${name} lists on a phone the columns without a place there, and nothing is cut`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${stack.gateway.url}${path}`);
    const facts = page.getByRole("grid").first().getByRole("row", { name: row }).locator("dl");
    for (const fact of says) await expect(facts.getByText(fact, { exact: true })).toBeVisible();
    const cut = await facts
      .locator("dd")
      .evaluateAll((values) => values.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length);
    expect(cut).toBe(0);
  });
}
