/** The Flow's graph in a real browser over a real gateway: its zoom levels, what is found in it, why things wait, and that the keyboard reaches all of it. */
import { expect, type Page } from "@playwright/test";
import { everyType, moduleYaml } from "./functions/many-types-plan.ts";
import { Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const hotType = "ns3/type-4";
const hops = { valueType: "many/hops" };

async function manyTypes(): Promise<{ functions: Functions; gateway: Gateway } & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const functions = stack.use(await Functions.start("e2e/functions/many-types.ts"));
  const gateway = stack.use(await Gateway.start());
  await gateway.api.applyModule("many", moduleYaml(functions.url));
  for (const [n, type] of everyType().entries()) await gateway.api.send({ type, id: `e-${n}` }, 1, hops);
  await until(async () => (await fetch(`${gateway.url}/flow`)).ok, { what: "the console to answer", timeoutMs: 60_000 });
  return { functions, gateway, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const locate = (page: Page) => page.getByRole("combobox", { name: "Locate a namespace, type or entity" });
const hottest = (page: Page) => page.getByRole("list", { name: `Hottest entities of ${hotType}` });

test("Flow leads from namespaces to a type to its hottest entities, by typing and by keys", async ({ page }) => {
  await using stack = await manyTypes();
  const { api, url } = stack.gateway;
  await page.goto(`${url}/flow`);
  await expect(page.getByText(/^200 types, \d+ edges drawn as/)).toBeVisible();

  // The type is found by its name: its namespace opens, the type is selected, and its hottest entities are listed under it.
  await page.keyboard.press("l");
  await expect(locate(page)).toBeFocused();
  await locate(page).pressSequentially(hotType);
  await locate(page).press("Enter");
  await expect(page).toHaveURL(/in=ns3/);
  await expect(page.getByRole("navigation", { name: "Where in the graph" })).toContainText("ns3");
  await expect(page.locator(`[data-hot="${hotType}"]`)).toBeVisible();
  await expect(async () => {
    for (let n = 0; n < 12; n += 1) await api.send({ type: hotType, id: n % 3 === 0 ? `seldom-${n}` : "hot" }, 0, hops);
    await expect(hottest(page).getByRole("button").first()).toContainText("hot", { timeout: 2_000 });
  }).toPass();

  // The inspector shows what it gets, what it waits for, and how slow it and its edges are.
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByRole("region", { name: "Who waits for whom" })).toBeVisible();
  await expect(inspector.getByRole("region", { name: "Edges now" }).getByRole("link").first()).toContainText("from");
  const heat = inspector.getByRole("application", { name: /^Cells: arrows choose one/ });
  await heat.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowRight");
  await expect(inspector.getByRole("region", { name: "p99 over time" }).getByRole("status")).toContainText(hotType);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/at=/);
  await page.goBack();

  // One of its entities is found by the beginning of its id.
  await locate(page).fill(`${hotType}/ho`);
  await expect(page.getByRole("option", { name: `${hotType}/hot` })).toBeVisible();
  await locate(page).press("ArrowDown");
  await locate(page).press("Enter");
  await expect(inspector).toContainText("hot");

  // Keys lead out again, one level at a time, and back in.
  await locate(page).blur();
  await page.keyboard.press("[");
  await expect(page.locator("[data-hot]")).toHaveCount(0);
  await page.keyboard.press("[");
  await expect(page).not.toHaveURL(/in=/);
  const head = page.getByRole("button", { name: /^ns5 / });
  await head.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/in=ns5/);

  // All cells are one stop of the Tab key: the arrows say which type it is, Enter shows it.
  const cells = page.getByRole("application", { name: /^Cells of ns7/ });
  await cells.focus();
  await page.keyboard.press("ArrowRight");
  await expect(cells.getByRole("status")).toContainText("ns7/type-1:");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/in=ns7/);
  await expect(page.locator('[data-hot="ns7/type-1"]')).toBeVisible();
});

test("the wheel goes on where text would become too small: types become namespaces, with their sums", async ({ page }) => {
  await using functions = await Functions.start("e2e/functions/many-types.ts");
  await using gateway = await Gateway.start();
  await gateway.api.applyModule("many", moduleYaml(functions.url));
  for (const type of ["ns1/type-1", "ns1/type-2", "ns2/type-1"]) await gateway.api.send({ type, id: "a" }, 0, hops);
  await until(async () => (await fetch(`${gateway.url}/flow`)).ok, { what: "the console to answer", timeoutMs: 60_000 });
  await page.goto(`${gateway.url}/flow`);
  await expect(page.getByRole("button", { name: /^ns1\/type-1/ })).toBeVisible();
  const box = await page.locator(".react-flow").boundingBox();
  if (box === null) throw new Error("the graph has no box");
  await page.mouse.move(box.x + 20, box.y + box.height - 20);
  await expect(async () => {
    for (let turn = 0; turn < 8; turn += 1) await page.mouse.wheel(0, 120);
    await expect(page).toHaveURL(/level=namespaces/, { timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole("button", { name: /^ns1 .*2 types/ })).toBeVisible();
  const smallest = await page.evaluate(() =>
    Math.min(
      ...[...document.querySelectorAll<HTMLElement>(".react-flow__node span")]
        .filter((element) => element.childElementCount === 0 && element.textContent.trim() !== "" && element.offsetHeight > 0)
        .map(
          (element) =>
            (Number.parseFloat(getComputedStyle(element).fontSize) * element.getBoundingClientRect().height) / element.offsetHeight,
        ),
    ),
  );
  expect(smallest).toBeGreaterThanOrEqual(11);
});
