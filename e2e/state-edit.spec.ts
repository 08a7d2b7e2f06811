/**
 * The state of an entity under a person's hands: an open page shows what a function writes by itself; an edit asks for its reason, which
 * its row of the history tells; a value that moved on meanwhile is never overwritten unseen: three versions stand beside each other; and
 * several values are written as one.
 */
import { expect, type Locator, type Page } from "@playwright/test";
import { startStack, type Stack } from "./journey.ts";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { test } from "./stack/test.ts";

const type = "example/person";

let stack: Stack;
let trays: Functions;
test.beforeAll(async () => {
  stack = await startStack();
  const egress = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n";
  await stack.gateway.api.applyModule("example", endpointYaml("example/*", stack.greeter.url, egress));
  trays = await Functions.start("e2e/functions/tray.ts");
  const out = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: kitchen/out\n";
  await stack.gateway.api.applyModule("kitchen", endpointYaml("kitchen/*", trays.url, out));
});
test.afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await trays[Symbol.asyncDispose]();
});

/** Sends one more visit of the person, which the function counts. */
async function visit(id: string): Promise<void> {
  const before = Number((await visitsOf(id)) ?? 0);
  await stack.gateway.api.send({ type, id }, "hello");
  await expect.poll(() => visitsOf(id)).toBe(before + 1);
}

const visitsOf = (id: string): Promise<unknown> => stack.gateway.api.state({ type, id }, "visits");

async function openEntity(page: Page, id: string): Promise<void> {
  await page.goto(`${stack.gateway.url}/entities/${type}/${id}`);
  await expect(page.getByRole("button", { name: "Edit…" })).toBeVisible();
}

async function edit(page: Page, text: string): Promise<Locator> {
  await page.getByRole("button", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit visits" });
  await dialog.getByRole("textbox", { name: "New value" }).fill(text);
  return dialog;
}

test("an open entity shows by itself what a function writes: the field lights up, is announced, and open parts stay open", async ({
  page,
}) => {
  await page.addInitScript(() => {
    const lightUp = Element.prototype.animate;
    Element.prototype.animate = function animate(...given) {
      this.setAttribute("data-lit", "yes");
      return lightUp.apply(this, given);
    };
  });
  await visit("lea");
  await openEntity(page, "lea");
  const value = page.locator("div.rounded", { has: page.getByRole("button", { name: "Edit…" }) }).last();
  await expect(value).toContainText("1");
  await visit("lea");
  await expect(value).toContainText("2");
  await expect(value).toHaveAttribute("data-lit", "yes");
  await expect(page.getByRole("status").filter({ hasText: "visits changed" })).toHaveCount(1);

  await page.getByRole("tab", { name: "History" }).click();
  await page
    .getByRole("button", { name: /^Open record/ })
    .last()
    .click();
  await expect(page.getByText("Messages in (1)")).toBeVisible();
  await visit("lea");
  await expect(page.getByRole("button", { name: /record \d/ }).filter({ hasText: "#" })).toHaveCount(3);
  await expect(page.getByText("Messages in (1)")).toBeVisible();
});

test("an edit asks for its reason, and its row of the history tells it, with who and which revision the others ran under", async ({
  page,
}) => {
  await visit("ada");
  await openEntity(page, "ada");
  const dialog = await edit(page, "40");
  await dialog.getByRole("button", { name: "Review the change" }).click();
  await expect(dialog.getByRole("button", { name: "Write visits" })).toBeDisabled();
  await dialog.getByLabel("Reason").fill("ticket 7: counted twice");
  await dialog.getByRole("button", { name: "Write visits" }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => visitsOf("ada")).toBe(40);

  await page.getByRole("tab", { name: "History" }).click();
  const rows = page.getByRole("tabpanel", { name: "History" }).getByRole("listitem");
  await expect(rows.first()).toContainText("state edited by local");
  await expect(rows.first()).toContainText("“ticket 7: counted twice”");
  await expect(rows.last().getByRole("link", { name: "rev 1" })).toHaveAttribute("title", /revision 1 was applied at that moment/);
});

test("a value that changed while it was edited stands beside its first text and mine: theirs can be taken, mine kept, nothing is lost", async ({
  page,
}) => {
  await visit("bob");
  await openEntity(page, "bob");
  const dialog = await edit(page, "50");
  await visit("bob");
  const moved = dialog.getByRole("region", { name: "The value moved on" });
  await expect(moved.getByRole("row").last()).toHaveText("1250");
  await moved.getByRole("button", { name: "Take theirs" }).click();
  await expect(moved).toHaveCount(0);
  await expect(dialog.getByRole("textbox", { name: "New value" })).toHaveText("2");

  await dialog.getByRole("textbox", { name: "New value" }).fill("60");
  await dialog.getByRole("button", { name: "Review the change" }).click();
  await dialog.getByLabel("Reason").fill("as agreed with Bob");
  await visit("bob");
  await expect(moved.getByRole("row").last()).toHaveText("2360");
  await expect(dialog.getByRole("button", { name: "Write visits" })).toBeDisabled();
  await moved.getByRole("button", { name: "Keep mine, over what is there now" }).click();
  await dialog.getByRole("button", { name: "Write visits" }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => visitsOf("bob")).toBe(60);
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "as agreed with Bob" })).toContainText(/3\s*→\s*60/);
});

const tray = { type: "kitchen/tray", id: "ann" };
const put = (name: string) => stack.gateway.api.send(tray, { name }, { valueType: "kitchen/Item" });
const onTray = (name: string): Promise<unknown> => stack.gateway.api.state(tray, name);

/** The button on the value's own card. */
async function stage(page: Page, { name, text }: { name: string; text: string }): Promise<void> {
  await page.locator("div.rounded").filter({ hasText: name }).last().getByRole("button", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: `Edit ${name}` });
  const review = dialog.getByRole("button", { name: "Review the change" });
  // The editor appears a moment after its dialog, and on a busy machine after what was typed into its place.
  await expect(async () => {
    await dialog.getByRole("textbox", { name: "New value" }).fill(text);
    await expect(review).toBeEnabled({ timeout: 2_000 });
  }).toPass();
  await review.click();
  await dialog.getByRole("button", { name: "Stage with others" }).click();
  await expect(dialog).toHaveCount(0);
}

test("several values are staged and written as one edit: one look, one reason, one row, and none while one of them has moved on", async ({
  page,
}) => {
  await put("cup");
  await stack.gateway.api.send(tray, {}, { valueType: "kitchen/Count" });
  await expect.poll(() => onTray("count")).toBe(1);
  await page.goto(`${stack.gateway.url}/entities/kitchen/tray/ann`);
  await stage(page, { name: "items", text: '["cup", "plate"]' });
  await stage(page, { name: "count", text: "2" });
  const bar = page.getByRole("region", { name: "Staged values" });
  await expect(bar).toContainText("2 values staged");
  expect(await onTray("count")).toBe(1);
  // An unsaved edit stays while the person looks elsewhere on the page.
  await page.getByRole("tab", { name: "Mailbox" }).click();
  await page.getByRole("tab", { name: "State" }).click();
  await bar.getByRole("button", { name: "Review and write…" }).click();
  const dialog = page.getByRole("dialog", { name: "Write 2 values as one edit" });
  const write = dialog.getByRole("button", { name: "Write 2 values" });
  await expect(write).toBeDisabled();
  await dialog.getByLabel("Reason").fill("a plate was forgotten");
  await expect(write).toBeEnabled();

  await put("spoon");
  const moved = dialog.getByRole("region", { name: "items" }).getByRole("region", { name: "The value moved on" });
  await expect(moved).toBeVisible();
  await expect(write).toBeDisabled();
  await moved.getByRole("button", { name: "Keep mine, over what is there now" }).click();
  await write.click();
  await expect(dialog).toHaveCount(0);
  await expect(bar).toHaveCount(0);
  await expect.poll(() => onTray("count")).toBe(2);
  expect(await onTray("items")).toEqual(["cup", "plate"]);
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "a plate was forgotten" })).toHaveCount(1);
});

test("a row of the history has its number, the message, the change, its duration and the version of the code, and opens the entity as of then", async ({
  page,
}) => {
  const eva = { type: "kitchen/tray", id: "eva" };
  const itemsOfEva = (): Promise<unknown> => stack.gateway.api.state(eva, "items");
  for (const [name, items] of [
    ["cup", ["cup"]],
    ["spoon", ["cup", "spoon"]],
  ] as const) {
    await stack.gateway.api.send(eva, { name }, { valueType: "kitchen/Item" });
    await expect.poll(itemsOfEva).toEqual(items);
  }
  await page.goto(`${stack.gateway.url}/entities/kitchen/tray/eva?tab=history`);
  const row = page.getByRole("tabpanel", { name: "History" }).getByRole("listitem").last();
  await expect(row).toContainText("completed");
  await expect(row).toContainText("from ingress");
  await expect(row).toContainText('items + ["cup"]');
  await expect(row.getByRole("link", { name: "rev 1" })).toBeVisible();
  await expect(row.getByTitle("What answered called itself version build-7c3d of its code")).toHaveText("code build-7c3d");
  await expect(row).toContainText(/\d+(\.\d+)? m?s/);
  await row.getByRole("button", { name: /^Open record \d+/ }).click();
  await expect(row.getByText("code version")).toBeVisible();
  await row.getByRole("button", { name: /^The entity as of then, record \d+/ }).click();
  const past = page.getByRole("complementary", { name: "Inspector" });
  await expect(past.getByRole("region", { name: "Then → now" })).toContainText("spoon");
});
