/**
 * The console tells the truth: why a message waits and the lever for it; what a restore costs, step by step, and what became of the past
 * after it; and a gateway that is gone: the pages stay, nothing is called sent, a second try counts once.
 */
import { expect, type Page } from "@playwright/test";
import { consoleAnswers, open, startStack, type Stack } from "./journey.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const ada = { type: "example/person", id: "ada" };

let stack: Stack;
test.beforeEach(async () => {
  stack = await startStack();
  await stack.gateway.api.applyModule("example", module(stack.greeter.url));
});
test.afterEach(() => stack[Symbol.asyncDispose]());

function module(url: string): string {
  const endpoint = (functions: string, at: string) =>
    `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${functions}\n  urlPathTemplate: ${at}\n`;
  const egress = "kind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n";
  // Nothing listens on port 9.
  return [endpoint("example/*", url), endpoint("mail/*", "http://127.0.0.1:9/"), egress].join("---\n");
}

async function visits(count: number): Promise<void> {
  await until(async () => (await stack.gateway.api.state(ada, "visits")) === count, { what: `visit ${count} of ada` });
}

/** The records wait, because nobody fetches them. */
async function greetings(count: number): Promise<void> {
  const waiting = async (): Promise<number | undefined> => (await stack.gateway.api.egresses())[0]?.waitingRecords;
  await until(async () => (await waiting()) === count, { what: `greeting ${count} in the outbox` });
}

async function at(page: Page, path: string): Promise<void> {
  await page.goto(stack.gateway.url + path);
}

test("a message that waits says why, with its lever, on its trace, its entity and among the failures", async ({ page }) => {
  const { traceId } = await stack.gateway.api.send({ type: "mail/notice", id: "anna" }, "hello");
  await at(page, `/traces/${traceId}`);
  await expect(page.getByRole("heading", { name: /Accepted; waits for mail\/notice\/anna/ })).toBeVisible();
  await expect(page.getByText("endpoint down", { exact: true })).toBeVisible();
  await expect(page.getByText(/mail\/\* is down since .*: nothing accepts connections/)).toBeVisible();
  await page.getByRole("link", { name: "Look at the endpoint" }).click();
  await expect(page).toHaveURL(/endpoint=mail/);
  await expect(page.getByText("Opened by calls of")).toBeVisible();

  await open(page, "Failures");
  await page.getByRole("row", { name: /ENDPOINT_REFUSED.*mail\/\*/ }).click();
  await expect(page.getByText("1 message waits for mail/*")).toBeVisible();
  await expect(page.getByText("Nothing to do here")).toHaveCount(0);

  await at(page, "/entities/mail/notice/anna?tab=mailbox");
  await expect(page.getByText(/The first message goes first/)).toBeVisible();

  await at(page, "/traces/999999");
  await expect(page.getByRole("heading", { name: /There is no trace/ })).toBeVisible();
});

test("a restore says its cost, and afterwards the past says what became of each record", async ({ page }) => {
  const { api } = stack.gateway;
  await api.send(ada, "one");
  await visits(1);
  await greetings(1);
  await at(page, "/savepoints");
  await page.getByRole("button", { name: "Take a savepoint" }).first().click();
  await expect(page.getByText("ready", { exact: true })).toBeVisible();
  const undone = await api.send(ada, "two");
  await visits(2);
  await greetings(2);
  await page.getByRole("row", { name: /ready/ }).click();
  await page.getByRole("button", { name: "Restore…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("messages that came in: gone unless they are sent again")).toBeVisible();
  await expect(dialog.getByRole("row", { name: /example\/greetings/ })).toContainText("may repeat");
  const verdict = dialog.getByRole("region", { name: "Does it fit what is declared now?" });
  await expect(verdict).toContainText("It fits: every type in it is served");
  await expect(verdict).toContainText("The modules are those of then.");
  await expect(dialog.getByRole("region", { name: "In a fork, which undoes nothing here" })).toContainText(
    /signalbox savepoints fork \d{8}-\d{6}-\w+ --url http/,
  );
  const restore = dialog.getByRole("button", { name: /^Restore, undo/ });
  await expect(restore).toBeDisabled();
  await dialog.getByRole("textbox").fill("restore");
  await restore.click();
  await expect(page.getByText(/^Restored: the engine runs from epoch/)).toBeVisible();
  await expect(page.getByText("2 savepoints", { exact: true })).toBeVisible();
  await visits(1);

  // Its ledger is shown in its place, has an address of its own, and leads back.
  await expect(page).toHaveURL(/\/savepoints\?era=2$/);
  const ledger = page.getByRole("region", { name: "Ledger of a restore" });
  await expect(ledger.getByText(/, by local, through console$/)).toBeVisible();
  await expect(ledger.getByText("messages that had come in: gone unless they were sent again").locator("..")).toContainText("1");
  // These are the entities of the person and the greeter; one of the two greetings came after the savepoint.
  await expect(ledger.getByRole("row", { name: "entities 2 2 as many" })).toBeVisible();
  await expect(ledger.getByRole("row", { name: "egress records that waited 2 1 1 fewer" })).toBeVisible();
  await expect(ledger.getByRole("row", { name: /example\/greetings/ })).toContainText("may repeat");
  await ledger.getByRole("link", { name: "All savepoints" }).click();
  await page.getByRole("link", { name: "What it cost: the restore that began era 2" }).click();
  await expect(ledger.getByRole("link", { name: "the last moment of era 1" })).toBeVisible();
  await ledger
    .getByRole("link", { name: /^\d{8}-\d{6}-/ })
    .first()
    .click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("the gateway, before a restore");

  await at(page, `/traces/${undone.traceId}`);
  await expect(page.getByText(/Taken back by the restore of/)).toBeVisible();
  await expect(page.getByText("example/person/ada").first()).toBeVisible();
  await at(page, `/entities/example/person/ada?tab=history`);
  await expect(page.getByText(/Restored at .*: what stands below is of era 1/)).toBeVisible();
  await expect(page.getByText("taken back").first()).toBeVisible();
  await expect(page.getByText(/The journal reaches back to/)).toBeVisible();
});

test("a restore names the types that do not fit the modules of now, before it begins", async ({ page }) => {
  const { api } = stack.gateway;
  await api.send(ada, "one");
  await visits(1);
  await at(page, "/savepoints");
  await page.getByRole("button", { name: "Take a savepoint" }).first().click();
  await expect(page.getByText("ready", { exact: true })).toBeVisible();
  await api.applyModule("example", module(stack.greeter.url).replaceAll("example/", "elsewhere/"));
  await page.getByRole("row", { name: /ready/ }).click();
  await page.getByRole("button", { name: "Restore…" }).click();
  const verdict = page.getByRole("dialog").getByRole("region", { name: "Does it fit what is declared now?" });
  await expect(verdict).toContainText("Not all of it fits");
  await expect(verdict).toContainText("example/person: no endpoint serves it now (1 entity)");
  await expect(verdict).toContainText("example/greetings: no module declares this egress now");
  await expect(verdict).toContainText("example (revision 1 → 2)");
});

test("while the gateway is gone pages stay, Send says that nothing was sent, and a repeated message counts once", async ({ page }) => {
  await at(page, "/send?type=example%2Fperson&id=ada");
  await page.getByRole("textbox", { name: "Body" }).fill("hello");
  await expect(page.getByRole("button", { name: /^Send to/ })).toBeEnabled();
  await stack.gateway.kill();
  await page.getByRole("button", { name: /^Send to/ }).click();
  await expect(page.getByText("Not sent: the gateway does not answer")).toBeVisible();
  await expect(page.getByText(/durable/).and(page.getByRole("status"))).toHaveCount(0);

  await stack.gateway.start();
  await consoleAnswers(stack.gateway);
  await expect(page.getByRole("textbox", { name: "Body" })).toHaveText("hello");
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page).toHaveURL(/\/traces\/\d+$/);
  await visits(1);

  await stack.gateway.kill();
  const sidebar = page.getByRole("navigation", { name: "Main" });
  for (const place of ["Savepoints", "Failures", "Modules"]) {
    await sidebar.getByRole("link", { name: new RegExp(`^${place}`) }).click();
    await expect(
      page
        .getByRole("heading", { level: 1, name: place })
        .or(page.getByText(/Not opened yet/))
        .first(),
    ).toBeVisible();
    await expect(sidebar).toBeVisible();
  }
  // The whole page is loaded again, as the router does when a page cannot be fetched.
  await page.evaluate(() => window.location.assign("/traces/999999"));
  await expect(page.getByText(/Not opened yet/)).toBeVisible();
  await expect(sidebar).toBeVisible();
  await stack.gateway.start();
  await expect(page).toHaveURL(/\/traces\/999999$/, { timeout: 60_000 });
  await expect(page.getByRole("heading", { name: /There is no trace/ })).toBeVisible();
});

test("an egress opens with its waiting records, and the tail begins with the past", async ({ page }) => {
  await stack.gateway.api.send(ada, "hello");
  await visits(1);
  await at(page, "/flow");
  await expect(page.getByRole("region", { name: "Tail" }).getByText("ada", { exact: true }).first()).toBeVisible();
  await at(page, "/flow/egress/example/greetings");
  await page.getByRole("row").nth(1).click();
  await expect(page.getByRole("link", { name: "Open trace" })).toBeVisible();
  await expect(page.getByText("1 record waits")).toBeVisible();
});

test("an entity is opened as it was after an earlier record, beside its present state, and each value names its writer", async ({
  page,
}) => {
  const { api } = stack.gateway;
  for (const [index, word] of ["one", "two", "three"].entries()) {
    await api.send(ada, word);
    await visits(index + 1);
  }
  await at(page, "/entities/example/person/ada?tab=history");
  await page
    .getByRole("button", { name: /^The entity as of then, record/ })
    .nth(1)
    .click();
  const past = page.getByRole("complementary", { name: "Inspector" });
  await expect(past.getByText(/^As of \d\d:/)).toBeVisible();
  await expect(past.getByRole("region", { name: "Then → now" }).getByText(/^visits 2 → 3$/)).toBeVisible();
  await expect(page).toHaveURL(/asof=\d+/);
  await page.reload();
  await expect(past.getByRole("region", { name: "Then → now" }).getByText(/^visits 2 → 3$/)).toBeVisible();

  await page.getByRole("tab", { name: /^State/ }).click();
  await page.getByText("Fields with blame").click();
  await expect(page.getByRole("row", { name: /^visits 3 string #\d+ from an ingress example\/\* .* 2$/ })).toBeVisible();
});
