/**
 * Erasing in the browser: from an entity to what would go, counted; with a reason and the word, to the receipt. Afterwards the entity, its
 * history and the savepoint say that its values were erased, and when. It fits a phone.
 */
import { expect } from "@playwright/test";
import { consoleAnswers } from "./journey.ts";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

let functions: Functions;
let gateway: Gateway;
test.beforeAll(async () => {
  functions = await Functions.start("examples/greeter-javascript/functions.js");
  gateway = await Gateway.start();
  await consoleAnswers(gateway);
  await gateway.api.applyModule(
    "example",
    `${endpointYaml("example/*", functions.url)}---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n`,
  );
  for (const id of ["anna", "bert"])
    await fetch(`${gateway.url}/v1/messages/example/person/${id}`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: `hello from ${id}`,
    });
  await until(async () => (await (await fetch(`${gateway.url}/v1/entities/example/greeter/anna`)).text()).includes("Welcome"), {
    what: "anna is greeted",
  });
  await fetch(`${gateway.url}/v1/savepoints`, { method: "POST" });
});
test.afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await functions[Symbol.asyncDispose]();
});

test("the values to erase are counted, then they are erased, with a receipt, and all views say that they were", async ({ page }) => {
  await page.goto(`${gateway.url}/entities/example/person/anna?tab=history`);
  await page.getByRole("button", { name: "Erase…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Whose")).toHaveValue("example/person/anna");
  await expect(dialog.getByRole("button", { name: "Erase them" })).toBeDisabled();
  await dialog.getByLabel("Whose").fill("anna");
  await expect(dialog).toContainText('"anna" is no address');
  await dialog.getByLabel("Whose").fill("* anna");
  await dialog.getByRole("button", { name: "Count what would go" }).click();
  await expect(dialog.getByRole("status")).toContainText(/Now: 2 state values.* In 1 savepoint of 1/);
  await dialog.getByLabel("Reason").fill("ticket 8812");
  await dialog.getByLabel(/type erase/i).fill("erase");
  await dialog.getByRole("button", { name: "Erase them" }).click();

  const receipt = page.getByRole("complementary", { name: "Inspector" }).filter({ hasText: "Receipt of an erasure" });
  await expect(receipt.getByRole("status")).toContainText("done");
  await expect(receipt).toContainText("ticket 8812");
  await expect(receipt).toContainText(/written again: \d+ rows? gone/);
  await expect(receipt).not.toContainText("anna");
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.goto(`${gateway.url}/entities/example/person/anna`);
  await expect(page.getByText(/Its values were erased on \d{4}-/)).toBeVisible();
  await page.goto(`${gateway.url}/savepoints`);
  await page.getByRole("grid").getByRole("row").nth(1).click();
  await expect(page.getByText(/Values were erased from its file on \d{4}-/)).toBeVisible();
  await page.goto(`${gateway.url}/entities/example/person/bert`);
  await expect(page.getByText("visits", { exact: true })).toBeVisible();
});
