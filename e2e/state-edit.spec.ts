/**
 * The state of an entity under a person's hands: an open page shows what a function writes by itself; an edit asks for its reason, which its row of the
 * history tells; and a value that moved on meanwhile is never overwritten unseen: three versions stand beside each other.
 */
import { expect, type Locator, type Page } from "@playwright/test";
import { startStack, type Stack } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { test } from "./stack/test.ts";

const type = "example/person";

let stack: Stack;
test.beforeAll(async () => {
  stack = await startStack();
  const egress = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n";
  await stack.gateway.api.applyModule("example", endpointYaml("example/*", stack.greeter.url, egress));
});
test.afterAll(() => stack[Symbol.asyncDispose]());

/** One more visit of the person, written by the function. */
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

test("an open entity shows by itself what a function writes: the field lights up, is announced, and what is open stays", async ({
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

test("what moved on while it was edited stands beside what I began with and mine: theirs can be taken, mine kept, nothing is lost", async ({
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
