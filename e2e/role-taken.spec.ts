/**
 * A role is taken while its person has the console open. The browser learns it by itself: it says so, closes what was open, does nothing of
 * it any more, and shows nothing that the person may no longer see. What a person may still see stays, and a role that is given closes
 * nothing. A session that ends is the login's.
 */
import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { consoleAnswers } from "./journey.ts";
import { attackPassword, AttackStand } from "./security/attack-stand.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const person = "/entities/example/person/ada";
const greeter = "/entities/example/greeter/ada";
const masksYaml = "kind: io.signalbox.masks.v1/mask\nspec:\n  functions: example/greeter\n  fields: [last_greeting, text, said]\n";

interface Grant {
  readonly role: "viewer" | "operator" | "admin";
  readonly namespace: string;
  readonly unmask?: boolean;
}

let stand: AttackStand;
test.beforeAll(async () => {
  stand = await AttackStand.start();
  await consoleAnswers(stand.gateway);
  await stand.made("/v1/modules/egress", { method: "PUT", body: "kind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n" });
  await stand.made("/v1/messages/example/person/ada", { method: "POST", body: "hello" });
  await until(async () => (await valueOf("greeter", "last_greeting")) !== undefined, { what: "ada is greeted" });
  await stand.made("/v1/modules/masks", { method: "PUT", body: masksYaml });
  await stand.made("/v1/savepoints", { method: "POST" });
});
test.afterAll(() => stand[Symbol.asyncDispose]());

/** The admin's view of the people. */
async function valueOf(function_: "person" | "greeter", name: string): Promise<unknown> {
  const answer = await stand.ask(`/v1/entities/example/${function_}/ada`, { headers: { cookie: stand.admin } });
  if (answer.status === 404) return undefined;
  const { state } = (await answer.json()) as { state: readonly { name: string; value?: unknown }[] };
  return state.find((value) => value.name === name)?.value;
}

interface SignedIn {
  readonly page: Page;
  readonly name: string;
  readonly cookie: string;
  /** An admin does it at another door. */
  gets(grants: readonly Grant[]): Promise<void>;
}

let people = 0;

async function signedIn(context: BrowserContext, grants: readonly Grant[], prepare?: (page: Page) => Promise<void>): Promise<SignedIn> {
  const name = `person ${++people}`;
  const { id, cookie } = await stand.person(name, grants);
  const [cookieName = "", value = ""] = cookie.split("=", 2);
  await context.addCookies([{ name: cookieName, value, url: stand.gateway.url }]);
  const page = await context.newPage();
  await prepare?.(page);
  return {
    page,
    name,
    cookie,
    gets: async (now) => {
      await stand.made(`/v1/people/${id}`, { method: "PATCH", json: { grants: now } });
    },
  };
}

async function openEdit(page: Page): Promise<Locator> {
  await page.goto(stand.gateway.url + person);
  await page.getByRole("button", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit visits" });
  await dialog.getByRole("textbox", { name: "New value" }).fill("40");
  return dialog;
}

async function reviewed(dialog: Locator): Promise<Locator> {
  await dialog.getByRole("button", { name: "Review the change" }).click();
  await dialog.getByLabel("Reason").fill("ticket 7");
  return dialog.getByRole("button", { name: "Write visits" });
}

const note = (page: Page): Locator => page.getByRole("alert").filter({ hasText: "Your roles were changed" });
const operator: Grant = { role: "operator", namespace: "*" };
const viewer: Grant = { role: "viewer", namespace: "*" };

test("an open edit of state closes with the role for it, the page says so, and its button says why not", async ({ context }) => {
  const { page, gets } = await signedIn(context, [operator]);
  const write = await reviewed(await openEdit(page));
  await expect(write).toBeEnabled();
  await gets([viewer]);
  await expect(note(page)).toContainText("Your roles: viewer everywhere.");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const edit = page.getByRole("button", { name: "Edit…" });
  await expect(edit).toHaveAttribute("aria-description", /needs the role operator in example; you are viewer there/);
  await edit.click({ force: true });
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await valueOf("person", "visits")).toBe(1);

  await note(page).getByRole("button", { name: "Understood" }).click();
  await expect(note(page)).toHaveCount(0);
});

test("an open restore that lacks only the word closes too, and nothing is restored", async ({ context }) => {
  const { page, gets } = await signedIn(context, [{ role: "admin", namespace: "*" }]);
  await page.goto(`${stand.gateway.url}/savepoints`);
  await page.getByRole("row").nth(1).click();
  await page.getByRole("button", { name: "Restore…" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("restore");
  await gets([viewer]);
  await expect(note(page)).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Restore…" }).first()).toHaveAttribute("aria-disabled", "true");
});

test("an unmasked value vanishes with the right to see it, and all else with the last role", async ({ context }) => {
  const { page, gets } = await signedIn(context, [{ role: "viewer", namespace: "example", unmask: true }]);
  await page.goto(stand.gateway.url + greeter);
  await page.getByRole("button", { name: "Show, with a reason…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("ticket 7");
  await dialog.getByRole("button", { name: "Show it" }).click();
  await expect(dialog).toContainText("Welcome ada!");

  await gets([{ role: "viewer", namespace: "example" }]);
  await expect(note(page)).toContainText("Your roles: viewer in example.");
  await expect(page.getByText("Welcome ada!")).toHaveCount(0);
  const work = page.getByRole("main");
  await expect(work).toContainText("last_greeting");
  await expect(work).toContainText("••••");

  await gets([]);
  await expect(note(page)).toContainText("You have no role any more.");
  await expect(work).not.toContainText("last_greeting");
  await expect(work.getByRole("alert").first()).toContainText("Not allowed");
});

test("without a live stream, a refused act tells the page", async ({ context }) => {
  const { page, gets } = await signedIn(context, [operator], async (before) => {
    // A worker's stream could not be held back by the test.
    await before.addInitScript(() => Reflect.deleteProperty(window, "SharedWorker"));
    await before.route(/live\.stream/, (route) => route.abort());
  });
  const write = await reviewed(await openEdit(page));
  await gets([viewer]);
  await write.click();
  await expect(note(page)).toContainText("what was not done yet is not done");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await valueOf("person", "visits")).toBe(1);
});

test("a role that is given closes nothing: written text stays, and more actions are possible", async ({ context }) => {
  const { page, gets } = await signedIn(context, [{ role: "operator", namespace: "example" }]);
  const dialog = await openEdit(page);
  const asked = page.waitForResponse(/people\.me/);
  await gets([operator]);
  await asked;
  await expect(dialog.getByRole("textbox", { name: "New value" })).toHaveText("40");
  await expect(note(page)).toHaveCount(0);
  const write = await reviewed(dialog);
  await write.click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => valueOf("person", "visits")).toBe(40);
});

test("a session that ends elsewhere leads to the login, and the login leads back to the same page", async ({ context }) => {
  const { page, name, cookie } = await signedIn(context, [operator]);
  await openEdit(page);
  const { status } = await stand.ask("/v1/session", { method: "DELETE", headers: { cookie } });
  expect(status).toBe(204);
  await expect(page).toHaveURL(`${stand.gateway.url}/login?next=${encodeURIComponent(person)}`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("textbox", { name: "Password" }).fill(attackPassword);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(stand.gateway.url + person);
  await expect(page.getByRole("button", { name: "Edit…" })).toBeEnabled();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
