/**
 * The smallest reproduction in the console: from a parked entity and from its cause, with a real function: refused with the cure where
 * tries are not allowed, found where they are, and the test that it becomes holds while the function fails. And the last messages of an
 * entity as a test.
 */
import { expect, type Page } from "@playwright/test";
import { consoleAnswers } from "./journey.ts";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { runExportedTest } from "./stack/run-exported-test.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const ann = { type: "kitchen/tray", id: "ann" };
const outYaml = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: kitchen/out\n";

let functions: Functions;
let gateway: Gateway;
test.beforeEach(async () => {
  functions = await Functions.start("e2e/functions/tray.ts");
  gateway = await Gateway.start({ SIGNALBOX_ATTEMPTS_MAX: "2" });
  await consoleAnswers(gateway);
  await gateway.api.applyModule("kitchen", endpointYaml("kitchen/*", functions.url, `  replay: true\n${outYaml}`));
});
test.afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await functions[Symbol.asyncDispose]();
});

async function put(...names: string[]): Promise<void> {
  for (const name of names) await gateway.api.send(ann, { name }, { valueType: "kitchen/Item" });
}

async function parkAnn(): Promise<void> {
  await put("cup", "plate", "knife", "spoon", "glass", "toaster", "bowl");
  await gateway.api.send(ann, {}, { valueType: "kitchen/Count" });
  await until(async () => (await gateway.api.summary()).parked === 1, { what: "ann to be parked" });
}

async function openAnn(page: Page): Promise<void> {
  await page.goto(`${gateway.url}/entities/kitchen/tray/ann`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("ann");
}

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "The smallest reproduction" });

test("a parked entity's failure is traced to the messages that matter, and they become a test that holds while it fails", async ({
  page,
}) => {
  // Vitest runs twice, in processes of its own.
  test.setTimeout(300_000);
  await parkAnn();
  await openAnn(page);
  await page.getByRole("button", { name: "Find the smallest reproduction…" }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole("button", { name: "Search", exact: true }).click();
  await expect(dialog.getByRole("status")).toHaveText("3 messages of 8 make it fail");
  const messages = dialog.getByRole("list").last().getByRole("listitem");
  await expect(messages).toHaveCount(3);
  await expect(messages.nth(0)).toContainText("knife");
  await expect(messages.nth(1)).toContainText("toaster");
  await expect(dialog.getByText("a knife in the toaster").first()).toBeAttached();
  await dialog.getByRole("button", { name: "Export as test" }).click();
  const text = (await page.getByRole("dialog", { name: "Export as test" }).locator("pre").textContent()) ?? "";
  expect(runExportedTest(text, "tray-entities.ts")).toBe("passed");
  expect(runExportedTest(text.replaceAll("toaster", "tea cosy"), "tray-entities.ts")).toBe("failed");
  expect(await gateway.api.state(ann, "count")).toBeUndefined();
});

test("the way to a state is found where nothing failed; an unreadable condition is refused at its place", async ({ page }) => {
  await put("cup", "plate", "knife", "spoon");
  await until(async () => ((await gateway.api.state(ann, "items")) as string[] | undefined)?.length === 4, { what: "four items" });
  await openAnn(page);
  await page.getByRole("button", { name: "Find what led to a state…" }).click();
  const dialog = dialogOf(page);
  const search = dialog.getByRole("button", { name: "Search", exact: true });
  await expect(search).toBeDisabled();
  const condition = dialog.getByRole("combobox", { name: "The messages after which it holds that" });
  await condition.fill("state.items in");
  await expect(dialog.getByText(/^At character \d+:/)).toBeVisible();
  await condition.fill('"knife" in state.items');
  await search.click();
  await expect(dialog.getByRole("status")).toHaveText('1 message of 4 makes it come to "knife" in state.items');
  const messages = dialog.getByRole("list").last().getByRole("listitem");
  await expect(messages).toHaveCount(1);
  await expect(messages.first()).toContainText("knife");
});

test("where the module does not allow tries, the refusal names the line to write into it", async ({ page }) => {
  await gateway.api.applyModule("kitchen", endpointYaml("kitchen/*", functions.url, outYaml));
  await parkAnn();
  await openAnn(page);
  await page.getByRole("button", { name: "Find the smallest reproduction…" }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole("button", { name: "Search", exact: true }).click();
  await expect(dialog.getByText("The functions of kitchen/* (module kitchen) may not be called for tries.")).toBeVisible();
  await expect(dialog.getByText(/Write `replay: true` into its endpoint in the module kitchen/)).toBeVisible();
});

test("a cause of failures leads to the search for one of its entities", async ({ page }) => {
  await parkAnn();
  await page.goto(`${gateway.url}/failures`);
  await page.getByRole("row", { name: /RangeError/ }).click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByText("ann", { exact: true }).click();
  await inspector.getByRole("button", { name: "Find the smallest reproduction…" }).click();
  await dialogOf(page).getByRole("button", { name: "Search", exact: true }).click();
  await expect(dialogOf(page).getByRole("status")).toHaveText("3 messages of 8 make it fail");
});

test("the last messages of an entity become a test with its state before, which holds for these functions and fails for another state", async ({
  page,
}) => {
  // Vitest runs twice, in processes of its own.
  test.setTimeout(300_000);
  // Each message is in a call of its own.
  for (const [index, name] of ["cup", "plate", "knife"].entries()) {
    await put(name);
    await until(async () => ((await gateway.api.state(ann, "items")) as string[] | undefined)?.length === index + 1, { what: name });
  }
  await openAnn(page);
  await page.getByRole("button", { name: "Export as test" }).click();
  const dialog = page.getByRole("dialog", { name: "Export as test" });
  await dialog.getByRole("radio", { name: "message", exact: true }).click();
  await expect(dialog.locator("pre")).toContainText("older messages stand in its state before");
  const text = (await dialog.locator("pre").textContent()) ?? "";
  expect(text).toContain('given: [{ of: entity, state: { items: text("kitchen/Items", "[\\"cup\\",\\"plate\\"]")');
  expect(runExportedTest(text, "tray-entities.ts")).toBe("passed");
  expect(runExportedTest(text.replace('[\\"cup\\",\\"plate\\"]', '[\\"cup\\"]'), "tray-entities.ts")).toBe("failed");
});
