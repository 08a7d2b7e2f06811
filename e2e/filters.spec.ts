/**
 * One filter language on the pages, in a real browser over a real gateway: completed, refused at its place, never half run, in parts, in
 * the URL, saved; and entities as data: columns of their state, counted with a distribution, exported and acted on by filter.
 */
import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { startStack, type Stack } from "./journey.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const type = "example/person";
const visits: Readonly<Record<string, number>> = { ada: 5, axel: 3, anna: 1, bob: 4, eve: 2 };

async function withVisits(): Promise<Stack> {
  const stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule(
    "greeter",
    `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: example/*\n  urlPathTemplate: ${stack.greeter.url}\n`,
  );
  for (const [id, count] of Object.entries(visits)) for (let visit = 1; visit <= count; visit += 1) await greet(stack, id, visit);
  const seen = async (): Promise<boolean> => {
    const answer = await fetch(
      `${stack.gateway.url}/v1/entities/tally?type=${type}&filter=${encodeURIComponent("state.visits >= 1 && waiting == 0")}`,
    );
    return ((await answer.json()) as { matched: number }).matched === Object.keys(visits).length;
  };
  await until(seen, { what: "every person to be visited", timeoutMs: 60_000 });
  return stack;
}

/** Messages are sent one by one, because those that wait together become one batch, and one row of the tail. */
async function greet({ gateway: { api } }: Stack, id: string, visit: number, text = `hello ${visit}`): Promise<void> {
  await api.send({ type, id }, text);
  await until(async () => (await api.state({ type, id }, "visits")) === visit, { what: `${id} to be greeted`, timeoutMs: 60_000 });
}

const filterOf = (page: Page): string | null => new URL(page.url()).searchParams.get("filter");
const idsOf = (page: Page) => page.getByRole("grid", { name: `Entities of ${type}` }).locator("tbody tr td:first-child");

test("a filter is completed, run as a whole, refused at its place, taken in parts, shared and saved", async ({ page, browser }) => {
  await using stack = await withVisits();
  const { url } = stack.gateway;
  await page.goto(`${url}/entities?type=${encodeURIComponent(type)}`);
  await expect(idsOf(page)).toHaveCount(5);
  const line = page.getByRole("combobox", { name: "Filter the entities" });
  // Completion offers a field, and then what the state holds.
  await line.pressSequentially("sta");
  await page.getByRole("option", { name: /^state document/ }).click();
  await expect(line).toHaveValue("state");
  await line.pressSequentially(".");
  await expect(page.getByRole("option", { name: /^visits number, 5 of 5 rows have it/ })).toBeVisible();
  await line.press("ArrowDown");
  await line.press("Enter");
  await expect(line).toHaveValue("state.visits");
  await line.pressSequentially(" > 2");
  await line.press("Enter");
  await expect(idsOf(page)).toHaveText(["ada", "axel", "bob"]);
  expect(filterOf(page)).toBe("state.visits > 2");
  await expect(page.getByRole("status", { name: "Count" })).toContainText("3 match");

  // While the filter is unfinished, the last result stays and is marked as such.
  await line.press("End");
  await line.pressSequentially(" && id.");
  await expect(page.getByText("Not run yet: the last part is unfinished. What was run before stays.")).toBeVisible();
  await line.press("Escape");
  await line.press("Enter");
  await expect(idsOf(page)).toHaveText(["ada", "axel", "bob"]);
  expect(filterOf(page)).toBe("state.visits > 2");

  // A wrong filter is marked at its place, with what would be right.
  await line.fill('state.visits > 2 && id.matches("(a+)+$")');
  await expect(page.getByText("At character 21: matches() is not run: a pattern could hold the gateway up.")).toBeVisible();
  await expect(page.locator("mark")).toHaveText('id.matches("(a+)+$")');
  await line.press("Enter");
  expect(filterOf(page)).toBe("state.visits > 2");

  // The filter is shown in parts.
  await line.fill('state.visits > 2 && id.startsWith("a")');
  await line.press("Enter");
  await expect(idsOf(page)).toHaveText(["ada", "axel"]);
  await page.getByRole("radio", { name: "Chips" }).click();
  await page.getByRole("button", { name: "Take out state.visits > 2" }).click();
  await expect(idsOf(page)).toHaveText(["ada", "anna", "axel"]);
  const more = page.getByRole("combobox", { name: "One more part of the filter" });
  await more.fill("state.visits < 5");
  await more.press("Enter");
  await expect(idsOf(page)).toHaveText(["anna", "axel"]);
  expect(filterOf(page)).toBe('id.startsWith("a") && state.visits < 5');

  // The filter is saved, and opened by somebody else from the link alone.
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("textbox", { name: "Name for this filter" }).fill("few visits");
  await page.getByRole("textbox", { name: "Name for this filter" }).press("Enter");
  await expect(page.getByRole("list").getByRole("button", { name: /^few visits/ })).toBeVisible();
  // Saved filters are kept at the gateway, so another browser has them.
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  await expect(idsOf(other)).toHaveText(["anna", "axel"]);
  await other.goto(`${url}/entities?type=${encodeURIComponent(type)}`);
  await other.getByRole("button", { name: "Saved 1" }).click();
  await other
    .getByRole("button", { name: /few visits/ })
    .first()
    .click();
  await expect(idsOf(other)).toHaveText(["anna", "axel"]);
});

test("entities have their state in columns, a count with a distribution that filters, exports, and acts with a dry run", async ({
  page,
}) => {
  await using stack = await withVisits();
  const { url } = stack.gateway;
  await page.goto(`${url}/entities?type=${encodeURIComponent(type)}`);
  await expect(page.getByRole("status", { name: "Count" })).toContainText("5 are there");
  const grid = page.getByRole("grid", { name: `Entities of ${type}` });
  const head = grid.getByRole("columnheader", { name: "visits" });
  await head.getByRole("button").click();
  await head.getByRole("button").click();
  await expect(idsOf(page)).toHaveText(["ada", "bob", "axel", "eve", "anna"]);
  await expect(page.getByText("5 entities shown, these are all. Sorted over all of them.")).toBeVisible();

  // A bar of the sorted column's distribution keeps its range.
  const bars = page.getByRole("group", { name: "Distribution of visits" });
  await expect(bars.getByRole("button")).toHaveCount(5);
  await bars.getByRole("button", { name: "Keep visits 4 to 5: 1 entity" }).click();
  await expect(idsOf(page)).toHaveText(["bob"]);
  expect(filterOf(page)).toBe("state.visits >= 4 && state.visits < 5");

  await page.goto(`${url}/entities?${new URLSearchParams({ type, filter: "state.visits < 3" }).toString()}`);
  await expect(idsOf(page)).toHaveText(["anna", "eve"]);
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByText(`signalbox entities export ${type} --filter 'state.visits < 3'`)).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: /^CSV/ }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(file.split("\r\n").map((row) => row.split(",")[1])).toEqual(["id", "anna", "eve", undefined]);
  await page.keyboard.press("Escape");

  // A dry run comes first, and what cannot be undone asks for the name.
  await page.getByRole("button", { name: "Act on all that match…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("region", { name: "Dry run" })).toContainText("2 of 5 looked at match");
  await dialog.getByRole("radio", { name: "Delete state" }).click();
  const act = dialog.getByRole("button", { name: "Delete state: 2 entities" });
  await expect(act).toBeDisabled();
  await dialog.getByRole("textbox").last().fill(type);
  await act.click();
  await expect(page.getByText(`${type}, clear-state what fits`)).toBeVisible();
  await expect(page.getByText("2 of 2", { exact: false }).first()).toBeVisible();
  await page.goto(`${url}/entities?${new URLSearchParams({ type, filter: "has(state.visits)" }).toString()}`);
  await expect(idsOf(page)).toHaveText(["ada", "axel", "bob"]);
});

test("the first page of a prefix comes without waiting for the count, and a failed question is an error and not an empty list", async ({
  page,
}) => {
  await using stack = await withVisits();
  const address = `${stack.gateway.url}/entities?${new URLSearchParams({ type, prefix: "a" }).toString()}`;
  // The count is never answered.
  await page.route(/\/trpc\/[^?]*entities\.tally/, () => undefined);
  await page.goto(address);
  await expect(idsOf(page)).toHaveText(["ada", "anna", "axel"]);
  await expect(page.getByRole("status", { name: "Count" })).toContainText("counting…");
  await page.unrouteAll({ behavior: "ignoreErrors" });

  await page.route(/\/trpc\/[^?]*entities\.rows/, (route) =>
    route.fulfill({ status: 503, contentType: "text/plain", body: "the disk is busy" }),
  );
  await page.goto(address.replace("prefix=a", "prefix=b"));
  await expect(page.getByRole("alert").filter({ hasText: `Entities of ${type}` })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/No id of .* begins with/)).toHaveCount(0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.getByRole("alert").getByRole("button", { name: /again/i }).click();
  await expect(idsOf(page)).toHaveText(["bob"]);
});

test("the tail, traces and causes of failures take the same language", async ({ page }) => {
  await using stack = await withVisits();
  const { url } = stack.gateway;
  // A page that opens with a filter waits for the language in the middle of its first render.
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${url}/flow`);
  await expect(page.getByRole("status", { name: /^Signal/ })).not.toContainText("no light");
  await page.goto(`${url}/flow?${new URLSearchParams({ filter: `type == "${type}" && value == "hello 5"`, view: "tail" }).toString()}`);
  const tail = page.getByRole("listbox", { name: /Rows of the tail/ });
  await expect(tail.getByRole("option")).toHaveCount(1);
  await greet(stack, "late", 1, "hello 5");
  await greet(stack, "late", 2, "hello 6");
  await expect(tail.getByRole("option", { name: /late/ })).toHaveCount(1);
  await page.goto(`${url}/traces?${new URLSearchParams({ filter: 'id == "ada" && value == "hello 2"' }).toString()}`);
  await expect(page.getByRole("grid", { name: "Traces, newest first" }).locator("tbody tr")).toHaveCount(1);
  await page.goto(`${url}/failures?${new URLSearchParams({ filter: "entities > 1000" }).toString()}`);
  await expect(page.getByText("No cause fits this filter")).toBeVisible();
  expect(errors).toEqual([]);
});
