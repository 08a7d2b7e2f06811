/**
 * A module by its form: made with keys alone and put in force, with the comments of its text kept; text and form are one document, and an
 * error stands at its field.
 */
import { expect, type Locator, type Page } from "@playwright/test";
import { startStack, type Stack } from "./journey.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

let stack: Stack;
test.beforeAll(async () => {
  stack = await startStack();
});
test.afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

const form = (page: Page): Locator => page.getByRole("region", { name: "Form of the module" });
const text = (page: Page): Locator => page.getByRole("textbox", { name: /^YAML of module/ });

/** Presses Tab until the control has the focus, as a person would; nothing is clicked. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${wanted.toString()}`);
}

/** Replaces the text of the field. */
async function typeInto(page: Page, field: Locator, words: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(words);
  await expect(field).toHaveValue(words);
}

async function chooseForm(page: Page): Promise<void> {
  await tabTo(page, page.getByRole("radio", { name: "YAML", exact: true }));
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Form", exact: true })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(form(page)).toBeVisible();
}

test("a module is made by its form alone, with keys, and put in force; comments of the text stay", async ({ page }) => {
  // The test presses some hundred keys, one after the other.
  test.setTimeout(300_000);
  await page.goto(`${stack.gateway.url}/modules`);
  await tabTo(page, page.getByRole("button", { name: "New module…" }).first());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByLabel("Name")).toBeFocused();
  await page.keyboard.insertText("shop");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/modules\/shop/);
  await chooseForm(page);
  const endpoint = form(page).getByRole("region", { name: /^http endpoint/ });
  await typeInto(page, endpoint.getByLabel("functions, needed"), "example/*");
  // An error is shown at its field.
  await typeInto(page, endpoint.getByLabel("urlPathTemplate, needed"), "nowhere");
  await expect(endpoint.getByRole("alert")).toContainText("it is no URL");
  await typeInto(page, endpoint.getByLabel("urlPathTemplate, needed"), stack.greeter.url);
  await expect(endpoint.getByRole("alert")).toHaveCount(0);
  await tabTo(page, form(page).getByLabel("Add a component"));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listbox")).toBeVisible();
  await page.keyboard.type("limit");
  await expect(page.getByRole("option", { name: /^limit/ })).toBeFocused();
  await page.keyboard.press("Enter");
  const limit = form(page).getByRole("region", { name: /^limit/ });
  await expect(limit.getByLabel("id, needed")).toBeFocused();
  await typeInto(page, limit.getByLabel("id, needed"), "shop/slow");
  await tabTo(page, limit.getByRole("button", { name: /more fields$/ }));
  await page.keyboard.press("Enter");
  await typeInto(page, limit.getByLabel("functions", { exact: true }), "example/*");
  await typeInto(page, limit.getByLabel("messages", { exact: true }), "500");
  const review = page.getByRole("button", { name: "Review and apply…" });
  await expect(review).toBeEnabled();
  await tabTo(page, review);
  await page.keyboard.press("Enter");
  const apply = page.getByRole("dialog").getByRole("button", { name: /^Apply: / });
  await expect(apply).toBeEnabled();
  await tabTo(page, apply);
  await page.keyboard.press("Enter");
  await expect(page.getByText("revision 1 runs", { exact: true })).toBeVisible();
  // The form continues with what runs, and what it wrote works.
  await expect(form(page).getByRole("region", { name: "limit shop/slow" })).toBeVisible();
  const { api } = stack.gateway;
  const ada = { type: "example/person", id: "ada" };
  await api.send(ada, "hello");
  await until(async () => (await api.state(ada, "visits")) === 1, { what: "a visit" });
  await page.goto(`${stack.gateway.url}/modules/shop`);
  await expect(text(page)).toHaveValue(
    [
      "# A module declares endpoints, ingresses and egresses, one YAML document each.",
      "# Ctrl+Space completes; nothing runs until it is applied.",
      "kind: io.statefun.endpoints.v2/http",
      "spec:",
      "  functions: example/*",
      `  urlPathTemplate: ${stack.greeter.url}`,
      "  transport:",
      "    type: io.statefun.transports.v1/async",
      "    call: 2min",
      "    connect: 10s",
      "---",
      "kind: io.signalbox.limits.v1/limit",
      "spec:",
      "  id: shop/slow",
      "  functions: example/*",
      "  messages: 500",
      "",
    ].join("\n"),
  );
});

test("text and form are one document: each shows the other's changes", async ({ page }) => {
  await page.goto(`${stack.gateway.url}/modules/both?edit=both`);
  await form(page).getByLabel("functions, needed").fill("mine/one");
  await expect(text(page)).toHaveValue(/functions: mine\/one\n/);
  await form(page)
    .getByRole("button", { name: /^Remove http endpoint/ })
    .click();
  await expect(text(page)).toHaveValue(
    "# A module declares endpoints, ingresses and egresses, one YAML document each.\n# Ctrl+Space completes; nothing runs until it is applied.\n",
  );
  await page.getByRole("button", { name: "Put it back" }).click();
  await expect(form(page).getByLabel("functions, needed")).toHaveValue("mine/one");
  await text(page).click();
  const editor = page.locator(".cm-content");
  await expect(editor).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("{kind: io.signalbox.v1/egress, spec: {id: mine/log}}");
  await expect(
    form(page)
      .getByRole("region", { name: /mine\/log$/ })
      .getByLabel("id, needed"),
  ).toHaveValue("mine/log");
  await expect(form(page).getByRole("region", { name: /^http endpoint/ })).toHaveCount(0);
});

test("a mark stands in the editor after one pause in typing: one question, for the last text, however many keys before it", async ({
  page,
}) => {
  await page.clock.install();
  await page.goto(`${stack.gateway.url}/modules/marked`);
  await text(page).click();
  await expect(page.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+a");
  // The namespace is its own, because the tests before have applied modules with the others.
  await page.keyboard.insertText(
    "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: marked/*\n  urlPathTemplate: http://127.0.0.1:9/\n",
  );
  const marks = page.locator(".cm-content [class*=cm-lintRange]");
  await expect(page.getByRole("button", { name: "Review and apply…" })).toBeEnabled();
  await expect(marks).toHaveCount(0);
  // From here on the test moves the clock, so that what is asked, and when, does not depend on how busy the machine is.
  await page.clock.pauseAt(Date.now() + 60_000);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("modules.preview")) asked.push(request.postData() ?? "");
  });
  await page.keyboard.type("  nope: 1");
  await expect(page.locator(".cm-content")).toContainText("nope: 1");
  expect(asked).toEqual([]);
  await expect(async () => {
    await page.clock.runFor(20);
    await expect(marks.first()).toBeVisible({ timeout: 200 });
  }).toPass();
  await expect(marks.first()).toHaveText("nope");
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain("nope: 1");
});
