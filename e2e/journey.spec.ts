/**
 * The journey of a new user, as one test, all of it real: the console opens; they register the endpoint of a running function by form,
 * send it a message from the browser, watch it in Flow, open the entity and read its state, take a savepoint, change the state,
 * restore and see the old state again; and a kill -9 in the middle loses and doubles nothing.
 */
import { expect, type Page } from "@playwright/test";
import { consoleAnswers, open, startStack, type Stack } from "./journey.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const ada = { type: "example/person", id: "ada" };
const egressModule = "kind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n";

async function registerByForm(page: Page, stack: Stack): Promise<void> {
  await open(page, "Functions");
  await page.getByRole("link", { name: "Register an endpoint" }).first().click();
  await page.getByLabel("URL template").fill(stack.greeter.url);
  await page.getByLabel("Functions", { exact: true }).fill("example/*");
  await page.getByLabel("Types to ask for").fill("person, greeter");
  const check = page.getByRole("region", { name: "Check of the endpoint" });
  await expect(check.getByText("It answers", { exact: true })).toBeVisible();
  await expect(check.getByText("visits", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Register example/*" }).click();
  await expect(page).toHaveURL(/\/functions\?/);
}

async function sendFromBrowser(page: Page, text: string): Promise<void> {
  await open(page, "Send");
  await page.getByLabel("Function type").fill(ada.type);
  await page.getByLabel("Id", { exact: true }).fill(ada.id);
  await page.getByRole("textbox", { name: "Body" }).fill(text);
  await page.getByRole("button", { name: /^Send/ }).click();
  await expect(page).toHaveURL(/\/traces\/\d+$/);
}

async function visitsOnEntityPage(page: Page, stack: Stack, visits: number): Promise<void> {
  await page.goto(`${stack.gateway.url}/entities?type=${encodeURIComponent(ada.type)}&id=${ada.id}`);
  const value = page.locator("section", { has: page.getByText("visits", { exact: true }) }).last();
  await expect(value).toContainText("io.statefun.types/int");
  await expect(value.getByText(String(visits), { exact: true })).toBeVisible();
}

async function visitsReach(stack: Stack, visits: number): Promise<void> {
  await until(async () => (await stack.gateway.api.state(ada, "visits")) === visits, { what: `visit ${visits} of ada` });
}

/** Sends one after the other, each repeated under its key until it is acknowledged. */
async function sendAgain(stack: Stack, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await until(async () => (await stack.gateway.api.send(ada, "again", { idempotencyKey: `again-${number}` })).messageId !== undefined, {
      what: `send ${number} to be acknowledged`,
      timeoutMs: 60_000,
    });
  }
}

test("a new user registers a function, sends, watches, reads, saves, changes, restores; a crash costs nothing", async ({ page }) => {
  await using stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule("greetings", egressModule);

  await page.goto(stack.gateway.url);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await registerByForm(page, stack);

  // The page Flow is open before the message is sent from another tab, so its tail shows the message live.
  const watcher = await page.context().newPage();
  await watcher.goto(`${stack.gateway.url}/flow`);
  const tail = watcher.getByRole("listbox", { name: /^Rows of the tail/ });
  await sendFromBrowser(page, "hello");
  await expect(tail.getByRole("option").filter({ hasText: "example/person/ada" })).toHaveCount(1);
  await expect(tail.getByRole("option").filter({ hasText: "example/greeter/ada" })).toHaveCount(1);
  await watcher.close();
  await visitsReach(stack, 1);
  await visitsOnEntityPage(page, stack, 1);

  await open(page, "Savepoints");
  await page.getByRole("button", { name: "Take a savepoint" }).first().click();
  await expect(page.getByText("ready", { exact: true }).first()).toBeVisible();

  // The state changes, and the gateway dies in the middle of it. Every send is repeated until it is acknowledged.
  const sends = sendAgain(stack, 300);
  await until(async () => Number(await api.state(ada, "visits")) > 3, { what: "some of the sends to have counted" });
  await stack.gateway.kill();
  await stack.gateway.start();
  await sends;
  await visitsReach(stack, 301);
  await consoleAnswers(stack.gateway);
  await visitsOnEntityPage(page, stack, 301);

  await open(page, "Savepoints");
  await page.getByText("ready", { exact: true }).first().click();
  await page.getByRole("button", { name: "Restore…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Go back to/ });
  await dialog.getByLabel(/to confirm$/).fill("restore");
  await dialog.getByRole("button", { name: /^Restore/ }).click();
  await expect(dialog).toBeHidden();
  await visitsReach(stack, 1);
  await visitsOnEntityPage(page, stack, 1);

  // The era that the restore ended can still be read: its last moment has the visits that were taken back.
  await open(page, "Savepoints");
  const eras = page.getByRole("region", { name: "Eras" });
  await expect(eras).toContainText("the first start");
  await eras.getByRole("link", { name: "Its last moment, of era 1" }).click();
  await expect(page).toHaveURL(/\/flow\?.*at=/);
  const at = new URL(page.url()).searchParams.get("at") ?? "";
  await page.goto(`${stack.gateway.url}/entities/${ada.type}/${ada.id}?at=${encodeURIComponent(at)}`);
  await expect(page.getByRole("region", { name: "State then" })).toContainText("301");
  await page.keyboard.press("Escape");

  // The visits continue from there, and the greetings that left are those of the visits that count.
  await api.send(ada, "and on");
  await visitsReach(stack, 2);
  const greetings = await until(
    async () => {
      const records = await api.egressRecords("example/greetings");
      return records.length >= 2 && records;
    },
    { what: "two greetings" },
  );
  expect(greetings.map((record) => record.value)).toEqual([
    { text: "Welcome ada!", visits: 1 },
    { text: "Nice to see you again, ada: visit number 2.", visits: 2 },
  ]);
});
