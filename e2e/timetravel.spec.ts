/**
 * Time travel in a real browser against a real gateway: a day of numbers on the timeline, the moment that every page shows, in the URL, by
 * hand and by keys, for another person too; and that nothing can be changed in the past.
 */
import { expect, type Browser, type Locator, type Page } from "@playwright/test";
import { consoleAnswers } from "./journey.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

async function withDemo(): Promise<Gateway> {
  const gateway = await Gateway.start();
  await consoleAnswers(gateway);
  await startDemo(gateway);
  return gateway;
}

async function startDemo(gateway: Gateway): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${gateway.url}/trpc/demo.start`, { method: "POST", headers, body: "{}" });
  expect(answer.status).toBe(200);
}

/** How many seconds the numbers are kept. */
async function keeps(gateway: Gateway, seconds: number): Promise<void> {
  await until(
    async () => {
      const toMs = Date.now();
      const answer = await fetch(`${gateway.url}/v1/rollups?fromMs=${toMs - 60_000}&toMs=${toMs}&stepMs=1000&values=messages`);
      const { values } = (await answer.json()) as { values: { messages: (number | null)[] } };
      return values.messages.filter((count) => (count ?? 0) > 0).length >= seconds;
    },
    { what: `${seconds} seconds of traffic to be kept`, timeoutMs: 90_000 },
  );
}

const timeline = (page: Page) => page.getByRole("region", { name: "Timeline" });
const handle = (page: Page) => timeline(page).getByRole("slider");
const isPast = (page: Page) => page.getByRole("status", { name: "The past is shown" });

async function opened(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  // The page hears keys once it runs; then it says how far everything reaches.
  await expect(timeline(page).getByTestId("reach").first()).toContainText("charts to", { timeout: 60_000 });
  return page;
}

test("dragging sets one moment for all pages, a link opens it for another person, and levers are off in it", async ({ browser }) => {
  await using gateway = await withDemo();
  await keeps(gateway, 6);
  const page = await opened(browser, gateway.url);
  await expect(timeline(page).getByText("Live", { exact: true })).toBeVisible();
  const box = await handle(page).boundingBox();
  if (box === null) throw new Error("no timeline");
  await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 4 });
  await page.mouse.move(box.x + box.width - 6, box.y + box.height / 2, { steps: 4 });
  // Nothing is asked and nothing is put into the URL while the hand moves.
  expect(new URL(page.url()).searchParams.get("at")).toBeNull();
  await page.mouse.up();
  await expect(isPast(page)).toContainText("ago");
  const at = new URL(page.url()).searchParams.get("at");
  expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const shown = (await isPast(page).innerText()).slice(0, 8);

  // Another page keeps the moment.
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: /^Modules/ })
    .click();
  await expect(page).toHaveURL(/\/modules\?at=/);
  await expect(isPast(page)).toContainText(shown);
  await expect(page.getByRole("note", { name: "What this page knows of the past" })).toBeVisible();

  // Another person who opens the URL sees the same.
  const other = await opened(browser, page.url());
  await expect(isPast(other)).toContainText(shown);

  // Disabled buttons say why they are.
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: /^Overview/ })
    .click();
  const demos = page.getByRole("button", { name: "Demos" });
  const stop = page.getByRole("button", { name: "Stop Shop" });
  await demos.click();
  await expect(stop).toHaveAttribute("aria-disabled", "true");
  await expect(stop).toHaveAccessibleDescription(/Levers are off: this is .*, the past/);
  await page.getByRole("button", { name: "Close" }).click();

  // A key leads back to now, and the browser's own back button leads to the moment again.
  await page.keyboard.press("Escape");
  await expect(isPast(page)).toBeHidden();
  expect(new URL(page.url()).searchParams.get("at")).toBeNull();
  await demos.click();
  await expect(stop).not.toHaveAttribute("aria-disabled", "true");
  await page.getByRole("button", { name: "Close" }).click();
  await page.goBack();
  await expect(isPast(page)).toContainText(shown);
});

test("keys alone move the moment, step by message, play it to now, and zoom", async ({ browser }) => {
  await using gateway = await withDemo();
  await keeps(gateway, 8);
  const page = await opened(browser, `${gateway.url}/failures`);
  await handle(page).focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press("ArrowLeft");
  await expect(isPast(page)).toBeVisible();
  const at = () => Date.parse(new URL(page.url()).searchParams.get("at") ?? "");
  const first = at();
  await page.keyboard.press(",");
  await expect.poll(at).toBeLessThan(first);
  const before = at();
  await page.keyboard.press(".");
  await expect.poll(at).toBeGreaterThan(before);
  // A step leads to a message of the journal.
  const record = (await (await fetch(`${gateway.url}/v1/past/moment?atMs=${at()}`)).json()) as { recordMs: number };
  expect(record.recordMs).toBe(at());
  // Time plays until it reaches now.
  await timeline(page).getByRole("radio", { name: "60×" }).first().click();
  await page.keyboard.press("Shift+P");
  await expect(isPast(page)).toBeHidden({ timeout: 30_000 });
  expect(new URL(page.url()).searchParams.get("at")).toBeNull();
  // Home is the beginning of what is shown; nothing older than what is kept can be reached.
  await handle(page).focus();
  await page.keyboard.press("Home");
  await expect(isPast(page)).toBeVisible();
  const { rollupsMs } = (await (await fetch(`${gateway.url}/v1/past/reach`)).json()) as { rollupsMs: number };
  expect(at()).toBeGreaterThanOrEqual(rollupsMs);
  for (const span of ["1 h", "6 h", "24 h", "all"]) {
    await timeline(page).getByRole("radio", { name: span, exact: true }).first().click();
    await expect(timeline(page).getByText(/messages a second, bar/)).toBeVisible();
  }
});

test("going to the past and back leaves the page as it is: the same graph goes on, with the rows of then and of now beside it", async ({
  browser,
}) => {
  await using gateway = await withDemo();
  await keeps(gateway, 6);
  const page = await opened(browser, `${gateway.url}/flow`);
  await page.locator(".react-flow").evaluate((graph: HTMLElement) => (graph.dataset["seen"] = "before"));
  await handle(page).focus();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press("ArrowLeft");
  const then = page.getByRole("region", { name: "Records of then" });
  await expect(then.getByRole("listitem").first()).toBeVisible();
  await expect(page.locator('[data-seen="before"]')).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Tail" })).toBeVisible();
  await expect(then).toBeHidden();
  await expect(page.locator('[data-seen="before"]')).toBeVisible();
});

test("a restart leaves the timeline, and stands on it as a mark", async ({ browser }) => {
  await using gateway = await withDemo();
  await keeps(gateway, 5);
  const page = await opened(browser, gateway.url);
  const said = () => timeline(page).getByRole("img").getAttribute("aria-label");
  const messages = async () => Number(((await said()) ?? "").match(/^[\d\s\u202f]+/)?.[0].replaceAll(/\D/g, "") ?? "0");
  await expect.poll(messages).toBeGreaterThan(10);
  const before = await messages();
  await gateway.kill();
  await gateway.start();
  await consoleAnswers(gateway);
  const again = await opened(browser, gateway.url);
  const after = Number(
    (
      (await (async () => {
        await expect(timeline(again).getByText(/gateway started/)).toBeVisible({ timeout: 30_000 });
        return timeline(again).getByRole("img").getAttribute("aria-label");
      })()) ?? ""
    )
      .match(/^[\d\s\u202f]+/)?.[0]
      .replaceAll(/\D/g, ""),
  );
  expect(after).toBeGreaterThanOrEqual(before);
});

test("every page shows the moment: recorded messages, the entity's state, functions, failures; and names what it does not know", async ({
  browser,
}) => {
  await using gateway = await withDemo();
  await keeps(gateway, 12);
  // The moment has records on both sides of it.
  const toMs = Date.now() - 4_000;
  const asked = `${gateway.url}/v1/past/records?fromMs=${toMs - 20_000}&toMs=${toMs}&limit=1000&type=shop/cart`;
  const { rows } = (await (await fetch(asked)).json()) as {
    rows: { sequence: number; atMs: number; address: { type: string; id: string } }[];
  };
  const row = rows[Math.floor(rows.length / 2)];
  if (row === undefined) throw new Error("no records");
  const at = new Date(row.atMs).toISOString();
  const page = await opened(browser, `${gateway.url}/flow?at=${at}`);

  // On Flow each row is a record of these seconds, and the dots are messages that the journal has.
  const then = page.getByRole("region", { name: "Records of then" });
  await expect(then.getByRole("listitem").first()).toBeVisible();
  // The moment's own row is among them and in view.
  await expect(then.locator('[aria-current="time"]')).toBeInViewport();
  await expect(then.getByTestId("past-reach")).toContainText(/records read/);
  await expect(page.getByText(/every dot is a recorded message of/)).toBeVisible();
  await expect(page.getByRole("note", { name: "What this page knows of the past" })).toContainText("What waited then is not known");

  // The entity's page shows what the API says of that moment.
  const { type, id } = row.address;
  const state = (await (
    await fetch(`${gateway.url}/v1/state-as-of?type=${encodeURIComponent(type)}&id=${encodeURIComponent(id)}&atMs=${row.atMs}`)
  ).json()) as { kind: string; values: { name: string }[]; waiting: { messages: unknown[] } };
  expect(state.kind).toBe("known");
  await page.goto(`${gateway.url}/entities/shop/cart/${id}?at=${at}`);
  await expect(page.getByRole("region", { name: "Status" })).toContainText(/As of \d\d:\d\d:\d\d/);
  const mailbox = page.getByRole("region", { name: "Mailbox then" });
  await expect(mailbox.getByRole("listitem")).toHaveCount(state.waiting.messages.length);
  if (state.waiting.messages.length === 0) await expect(mailbox).toContainText("Nothing waited.");
  await expect(page.getByRole("region", { name: "Delayed messages then" })).toBeVisible();
  for (const { name } of state.values) await expect(page.getByRole("region", { name: "State then" })).toContainText(name);
  await expect(page.getByRole("region", { name: "History until then" }).getByRole("listitem").first()).toBeVisible();

  // Each moment has a history of its own, and so has now.
  const record = (list: Locator) => list.getByRole("button", { name: /^Open record/ }).first();
  const firstOf = async (list: Locator) => Number((await record(list).getAttribute("aria-label"))?.replaceAll(/\D/g, ""));
  await expect.poll(() => firstOf(page.getByRole("region", { name: "History until then" }))).toBe(row.sequence);
  await gateway.api.send({ type, id }, { item: "lamp", quantity: 1 }, { valueType: "shop/AddItem" });
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: /^History/ }).click();
  await expect.poll(() => firstOf(page.getByRole("tabpanel"))).toBeGreaterThan(row.sequence);

  // The page Functions shows the minute's own numbers.
  await page.goto(`${gateway.url}/functions?at=${at}`);
  const minute = Math.floor(row.atMs / 60_000) * 60_000;
  const counted = async () => {
    const answer = await fetch(
      `${gateway.url}/v1/rollups?fromMs=${minute}&toMs=${minute + 60_000}&stepMs=60000&of=type:shop/cart&values=invocations`,
    );
    return ((await answer.json()) as { values: { invocations: number[] } }).values.invocations[0] ?? 0;
  };
  const cart = page.getByRole("row", { name: /shop\/cart/ });
  await expect(cart).toBeVisible();
  // A minute that has passed no longer changes; one that is running still counts.
  if (Date.now() > minute + 62_000) await expect(cart).toContainText(String(await counted()));
  await expect(page.getByText(/with messages in the minute from/)).toBeVisible();

  await page.goto(`${gateway.url}/failures?at=${at}`);
  await expect(page.getByText(/records were looked through/)).toBeVisible();
  await page.goto(`${gateway.url}/savepoints?at=${at}`);
  await expect(page.getByRole("note", { name: "What this page knows of the past" })).toContainText("This page shows now");
  await expect(timeline(page).getByTestId("reach").first()).toContainText(/Journal back to \d\d:\d\d/);
});

test("the overview is a wall on the timeline's axis, its buckets and cells open their messages, and rows have sparklines", async ({
  browser,
}) => {
  await using gateway = await withDemo();
  await keeps(gateway, 8);
  const page = await opened(browser, gateway.url);
  for (const key of ["flow", "latency", "waiting", "failures", "loop", "memory", "disk"])
    await expect(page.getByTestId(`strip-${key}`).getByRole("img")).toBeVisible();
  const flow = page.getByTestId("strip-flow").getByRole("img");
  await expect(flow).toHaveAccessibleName(/messages in, out, from .*\d\/s at the end/);
  const cells = page.getByRole("application", { name: /^Cells:/ });
  await cells.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("region", { name: "p99 by type" }).getByRole("status")).toContainText(/shop\/\w+: \d+ messages?, p99/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/flow\?filter=type.*shop.*at=/);
  await expect(page.getByRole("region", { name: "Records of then" })).toBeVisible();
  await page.goBack();
  const box = await flow.boundingBox();
  if (box === null) throw new Error("no strip");
  await page.mouse.click(box.x + box.width - 12, box.y + box.height / 2);
  await expect(page).toHaveURL(/\/flow\?at=/);
  await page.goto(`${gateway.url}/functions`);
  await expect(page.getByRole("row", { name: /shop\/cart/ }).getByRole("img", { name: /messages in the last hour/ })).toBeVisible({
    timeout: 90_000,
  });
});

test("a cell of an edge opens the messages that went along it, on the Overview and beside the type", async ({ browser }) => {
  await using gateway = await withDemo();
  await keeps(gateway, 8);
  const page = await opened(browser, gateway.url);
  const opensItsMessages = async (region: Locator): Promise<void> => {
    const cells = region.getByRole("application", { name: /^Cells of edges/ });
    await cells.focus();
    // The cell of the running ten seconds may still be empty, but the one before it is not. The search goes back and forth, so that what a
    // busy machine reports late is not missed.
    let key = "ArrowRight";
    await expect(async () => {
      key = key === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      await page.keyboard.press(key);
      await expect(region.getByRole("status")).toHaveText(/→ shop\/\w+: [1-9]\d* messages?, p99 \d/, { timeout: 2_000 });
    }).toPass();
    const [, to = ""] = /→ (shop\/\w+):/.exec((await region.getByRole("status").textContent()) ?? "") ?? [];
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/filter=type.*senders.*at=/);
    const rows = page.getByRole("list", { name: "Rows of then, newest first" }).getByRole("button");
    await expect(rows.first()).toBeVisible();
    expect((await rows.allTextContents()).filter((text) => !text.includes(`${to}/`))).toEqual([]);
  };
  await opensItsMessages(page.getByRole("region", { name: "p99 under way by edge" }));
  await page.goto(`${gateway.url}/flow?open=t.shop/cart`);
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await opensItsMessages(inspector.getByRole("region", { name: "p99 under way by edge" }));
});
