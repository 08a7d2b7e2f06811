/**
 * The journey of a new user in a browser, on a real Flink: they register the endpoint of a running function by form and see its job; send
 * it a message, watch it in Flow, open the entity and read where its value comes from; take a savepoint, change the state, restore and see
 * the old state again; what Flink has not is there, disabled, with its reason. Skipped, with the reason, where there is no Java.
 */
import { expect, type Page } from "@playwright/test";
import { consoleAnswers, open } from "../journey.ts";
import { test } from "../stack/test.ts";
import { until } from "../stack/until.ts";
import { FlinkStand, whyNoFlink } from "./flink-stand.ts";

const ada = { type: "example/person", id: "ada" };
const entityPath = `/entities/${ada.type}/${ada.id}`;
// Changing what runs takes a savepoint and a new start of the job.
const jobMs = 120_000;

async function registerByForm(page: Page, stand: FlinkStand): Promise<void> {
  await open(page, "Functions");
  await page.getByRole("link", { name: "Register an endpoint" }).first().click();
  await page.getByLabel("URL template").fill(stand.functions.url);
  await page.getByLabel("Functions", { exact: true }).fill("example/*");
  await page.getByLabel("Types to ask for").fill("person, greeter");
  await expect(page.getByRole("region", { name: "Check of the endpoint" }).getByText("It answers", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Register example/*" }).click();
  await expect(page).toHaveURL(/\/functions\?/, { timeout: jobMs });
}

async function sendFromBrowser(page: Page, text: string): Promise<void> {
  await open(page, "Send");
  await page.getByLabel("Function type").fill(ada.type);
  await page.getByLabel("Id", { exact: true }).fill(ada.id);
  await page.getByRole("textbox", { name: "Body" }).fill(text);
  await page.getByRole("button", { name: /^Send/ }).click();
}

async function visitsOnEntityPage(page: Page, stand: FlinkStand, visits: number): Promise<void> {
  await page.goto(`${stand.gateway.url}${entityPath}`);
  const value = page.locator("section", { has: page.getByText("visits", { exact: true }) }).last();
  await expect(value.getByText(String(visits), { exact: true })).toBeVisible({ timeout: 30_000 });
}

async function isDisabledBecause(page: Page, name: string, reason: RegExp): Promise<void> {
  const lever = page.getByRole("button", { name }).first();
  await expect(lever).toHaveAttribute("aria-disabled", "true");
  await expect(lever).toHaveAccessibleDescription(reason);
}

test.describe("a new user on Flink", () => {
  test.skip(whyNoFlink !== undefined, `there is no Flink here: ${whyNoFlink ?? ""}`);
  let stand: FlinkStand;
  test.beforeAll(async () => {
    test.setTimeout(300_000);
    stand = await FlinkStand.start({ SIGNALBOX_FLINK_PARALLELISM: "1" });
    await consoleAnswers(stand.gateway);
  });
  test.afterAll(async () => stand?.[Symbol.asyncDispose]());

  test("registers, sends, watches, reads where a value comes from, saves, restores; a missing ability says why", async ({ page }) => {
    test.setTimeout(300_000);
    const { api, url } = stand.gateway;
    await api.applyModule("greetings", "kind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n");
    await page.goto(url);
    await registerByForm(page, stand);
    expect(await stand.jobs()).toMatchObject([{ state: "RUNNING" }]);
    await expect(page.getByRole("region", { name: "Flink cluster" })).toContainText(/Flink 1\.16\.2.*job running/);

    const watcher = await page.context().newPage();
    await watcher.goto(`${url}/flow`);
    const tail = watcher.getByRole("listbox", { name: /^Rows of the tail/ });
    await sendFromBrowser(page, "hello");
    await expect(tail.getByRole("option").filter({ hasText: "example/person/ada" }).first()).toBeVisible({ timeout: 30_000 });
    await expect(tail.getByRole("option").filter({ hasText: "example/greeter/ada" }).first()).toBeVisible();
    await watcher.close();
    await stand.came(1);

    // The page shows the entity as the gateway saw it last, and says so.
    await visitsOnEntityPage(page, stand, 1);
    await expect(page.getByRole("note").filter({ hasText: "what the gateway saw at the last call" })).toBeVisible();
    await isDisabledBecause(page, "Edit", /Flink holds the mailboxes/);
    await page.goto(`${url}/traces`);
    await expect(page.getByText("Flink keeps no record of single invocations")).toBeVisible();

    await open(page, "Savepoints");
    await page.getByRole("button", { name: "Take a savepoint" }).first().click();
    await expect(page.getByText("ready", { exact: true }).first()).toBeVisible({ timeout: jobMs });
    await stand.send(["ada", "ada"]);
    await stand.came(3);
    await visitsOnEntityPage(page, stand, 3);

    await open(page, "Savepoints");
    await page.getByText("ready", { exact: true }).first().click();
    await page.getByRole("button", { name: "Restore…" }).click();
    const dialog = page.getByRole("dialog", { name: /^Go back to/ });
    await dialog.getByLabel(/to confirm$/).fill("restore");
    await dialog.getByRole("button", { name: /^Restore/ }).click();
    await expect(dialog).toBeHidden({ timeout: jobMs });
    // The next visit is the second one again.
    const before = await stand.waiting();
    await stand.send(["ada"]);
    await stand.came(before + 1);
    expect((await stand.greetings()).at(-1)).toMatchObject({ visits: 2 });
    await visitsOnEntityPage(page, stand, 2);
    await until(async () => (await stand.jobs()).length === 1, { what: "one job" });
  });
});
