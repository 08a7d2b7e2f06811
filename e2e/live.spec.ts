/**
 * The console's live side in a real browser: eight tabs over one connection, hidden tabs that let go, a filter that is refused at its
 * place, and the page Flow with two hundred types: how much it may cost while nobody touches it, and that it can be read.
 */
import { expect, type Locator, type Page } from "@playwright/test";
import { moduleYaml } from "./functions/many-types-plan.ts";
import { sendTraffic } from "./functions/many-types-traffic.ts";
import { consoleAnswers, startStack } from "./journey.ts";
import { CountingLink } from "./stack/counting-link.ts";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const tabs = 8;
const bytesPerSecondMax = 60 * 1024;
const textPxMin = 11;

async function isLive(page: Page): Promise<void> {
  await expect(page.getByRole("region", { name: "Timeline" }).getByText("Live", { exact: true })).toBeVisible();
}

/** Does what the browser does when another tab comes to the front. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((now) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (now ? "hidden" : "visible") });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

for (const way of ["a shared worker", "a tab that leads", "no way to share"] as const) {
  const shared = way !== "no way to share";
  test(`${shared ? tabs : 3} tabs of one browser are live and get answers, over ${way}`, async ({ browser }) => {
    await using stack = await startStack();
    await using link = await CountingLink.to(stack.gateway.url);
    const context = await browser.newContext();
    if (way !== "a shared worker") await context.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedWorker"));
    if (!shared) await context.addInitScript(() => Reflect.deleteProperty(globalThis, "BroadcastChannel"));
    const pages: Page[] = [];
    for (let number = 0; number < (shared ? tabs : 3); number += 1) {
      const page = await context.newPage();
      await page.goto(`${link.url}/flow`);
      await isLive(page);
      pages.push(page);
    }
    for (const page of pages) {
      expect(await page.evaluate(async () => (await fetch("/health", { signal: AbortSignal.timeout(20_000) })).status)).toBe(200);
      await isLive(page);
    }
    // All tabs see what one sees: a message that is sent now is a row in each.
    await stack.gateway.api.applyModule(
      "greeter",
      `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: example/*\n  urlPathTemplate: ${stack.greeter.url}\n`,
    );
    await stack.gateway.api.send({ type: "example/person", id: "seen-by-all" }, "hello");
    for (const page of pages) await expect(page.getByRole("option", { name: /seen-by-all/ }).first()).toBeVisible();
    // When one tab is closed, the first that came (it may have led), the others stay live.
    await pages[0]?.close();
    for (const page of pages.slice(1)) {
      await expect(async () => {
        await stack.gateway.api.send({ type: "example/person", id: "after-one-left" }, "hello");
        await expect(page.getByRole("option", { name: /after-one-left/ }).first()).toBeVisible({ timeout: 2_000 });
      }).toPass({ timeout: 40_000 });
    }
    await context.close();
  });
}

test("tabs that nobody looks at release the stream, and a tab that is looked at again is live again", async ({ browser }) => {
  await using stack = await startStack();
  await using link = await CountingLink.to(stack.gateway.url);
  const context = await browser.newContext();
  const pages = [await context.newPage(), await context.newPage()];
  for (const page of pages) {
    await page.goto(`${link.url}/`);
    await isLive(page);
  }
  for (const page of pages) await setHidden(page, true);
  for (const page of pages) await expect(page.getByText("Resting: nobody looked at this tab")).toBeVisible({ timeout: 30_000 });
  // No stream is left: nothing more comes, whereas a live tab gets a frame every second.
  await until(
    async () => {
      const before = link.bytesToClient;
      await new Promise((done) => setTimeout(done, 2_500));
      return link.bytesToClient === before && "quiet";
    },
    { what: "the stream to end", timeoutMs: 30_000 },
  );
  await setHidden(pages[0] ?? (await context.newPage()), false);
  await isLive(pages[0] ?? (await context.newPage()));
  await context.close();
});

test("a filter with an unknown field is refused at its place and changes nothing", async ({ page }) => {
  await using gateway = await Gateway.start();
  await consoleAnswers(gateway);
  await page.goto(`${gateway.url}/flow?filter=${encodeURIComponent("is:failed")}`);
  const filter = page.getByRole("combobox", { name: "Filter the tail" });
  // A link of the older form is shown as what it means.
  await expect(filter).toHaveValue('status == "failed"');
  await filter.fill("is:failed typo:x");
  await expect(page.getByText("At character 11: There is no field typo.")).toBeVisible();
  await expect(page.locator("mark")).toHaveText("typo:x");
  await filter.press("Enter");
  await expect(page).toHaveURL(/filter=is(:|%3A)failed$/);
  await filter.fill("is:failed type:shop/*");
  await filter.press("Enter");
  await expect(filter).toHaveValue('status == "failed" && type.like("shop/*")');
  await expect.poll(() => new URL(page.url()).searchParams.get("filter")).toBe('status == "failed" && type.like("shop/*")');
});

test("Flow with two hundred types and traffic can be read as it opens, and costs at most 60 KB a second", async ({ page }) => {
  await using functions = await Functions.start("e2e/functions/many-types.ts");
  await using gateway = await Gateway.start();
  await gateway.api.applyModule("many", moduleYaml(functions.url));
  await consoleAnswers(gateway);
  await using link = await CountingLink.to(gateway.url);
  const ending = new AbortController();
  const traffic = sendTraffic(gateway.api, { perSecond: 200, signal: ending.signal });
  await page.goto(`${link.url}/flow`);
  await expect(page.getByText(/^200 types, \d+ edges drawn as/)).toBeVisible({ timeout: 60_000 });
  await expect(page.locator("[data-group]")).toHaveCount(10);
  await expect(page.locator("[data-cell]")).toHaveCount(200);

  const smallest = await page.evaluate(() => {
    const scale = (element: Element): number =>
      element.getBoundingClientRect().height / ((element as HTMLElement).offsetHeight || Infinity);
    const texts = [...document.querySelectorAll(".react-flow__node span")].filter(
      (element) => element.childElementCount === 0 && element.textContent.trim() !== "",
    );
    return Math.min(...texts.map((element) => Number.parseFloat(getComputedStyle(element).fontSize) * (scale(element) || 1)));
  });
  expect(smallest).toBeGreaterThanOrEqual(textPxMin);

  await expect.poll(() => page.locator(".react-flow__edges, svg path").count()).toBeGreaterThan(10);
  const seconds = 10;
  // The first seconds bring every edge once; what is measured is an idle tab.
  await page.waitForTimeout(5_000);
  const before = link.bytesToClient;
  const began = performance.now();
  await page.waitForTimeout(seconds * 1_000);
  const perSecond = (link.bytesToClient - before) / ((performance.now() - began) / 1_000);
  expect(perSecond).toBeLessThan(bytesPerSecondMax);

  await page.getByRole("button", { name: /^ns3 / }).click();
  await expect(page).toHaveURL(/in=ns3/);
  await expect(page.getByRole("button", { name: /^ns3\/type-\d+/ })).toHaveCount(5);
  ending.abort();
  await traffic;
});

test("a flood of messages leaves the tail few rows in the page, however far one scrolls, and the count of the others", async ({ page }) => {
  await using functions = await Functions.start("e2e/functions/many-types.ts");
  await using gateway = await Gateway.start();
  await consoleAnswers(gateway);
  await gateway.api.applyModule("many", moduleYaml(functions.url));
  await page.goto(`${gateway.url}/flow`);
  await isLive(page);
  const ending = new AbortController();
  const flood = sendTraffic(gateway.api, { perSecond: 3_000, signal: ending.signal });
  try {
    const header = page.getByRole("region", { name: "Tail" }).locator("header");
    await expect(header.getByText(/^[\d.,k\s]+ left out$/)).toBeVisible({ timeout: 60_000 });
    const rows = page.getByRole("listbox").first();
    expect(await page.getByRole("option").count()).toBeLessThanOrEqual(100);
    // Scrolled to the end, the list has other rows, and no more of them.
    await rows.evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
    await expect(header.getByRole("button", { name: /new$/ })).toBeVisible();
    expect(await page.getByRole("option").count()).toBeLessThanOrEqual(100);
    expect(await rows.evaluate((list) => list.scrollHeight / 26)).toBeLessThanOrEqual(2_000);
  } finally {
    ending.abort();
    await flood;
  }
});

test("copying works without a secure context, or says that it did not", async ({ browser }) => {
  await using stack = await startStack();
  const context = await browser.newContext();
  await context.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  const page = await context.newPage();
  await page.goto(`${stack.gateway.url}/`);
  const copy = page.getByRole("button", { name: "Copy the command" }).first();
  await copy.click();
  await expect(page.getByText("Copied", { exact: true }).first()).toBeAttached();
  await page.evaluate(() => Object.defineProperty(document, "execCommand", { value: () => false }));
  await expect(page.getByText("Copied", { exact: true })).toHaveCount(0);
  await copy.click();
  await expect(page.getByText(/Not copied/).first()).toBeAttached();
  await context.close();
});

test("a click on a dot of the Flow opens its message", async ({ page }) => {
  await using stack = await startStack();
  const { api, url } = stack.gateway;
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url));
  await page.goto(`${url}/flow`);
  await isLive(page);
  const ends = new AbortController();
  const sending = (async () => {
    for (let n = 0; !ends.signal.aborted; n += 1) await api.send({ type: "example/person", id: `p-${n % 5}` }, "hello");
  })();
  try {
    const canvas = page.locator(".react-flow canvas");
    await expect(canvas).toBeVisible();
    await expect(async () => {
      const dot = await dotAhead(canvas);
      await page.mouse.click(dot.x, dot.y);
      await expect(page).toHaveURL(/open=m\.\d+\.\d+/, { timeout: 300 });
    }).toPass();
  } finally {
    ends.abort();
    await sending;
  }
  // The line with the dot stays selected, and the inspector shows what became of the message.
  const [, trace = "", sequence = ""] = /open=m\.(\d+)\.(\d+)/.exec(page.url()) ?? [];
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector).toContainText(`trace #${trace}`);
  await expect(inspector.getByRole("link", { name: "Open entity" })).toBeVisible();
  const { records } = await api.request<{ records: { messages: { sequence: number }[] }[] }>("GET", `/v1/traces/${trace}`);
  expect(records.flatMap(({ messages }) => messages).map(({ sequence: each }) => String(each))).toContain(sequence);
});

/** Predicts where a dot will be at the time of a click from its places in two frames, in pixels of the window. */
function dotAhead(canvas: Locator): Promise<{ x: number; y: number }> {
  return canvas.evaluate(async (element) => {
    if (!(element instanceof HTMLCanvasElement)) throw new Error("no canvas");
    const nextFrame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    const middles = (): { x: number; y: number }[] => {
      const { width, height } = element;
      const pixels = element.getContext("2d")?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      const found: { x: number; y: number; count: number }[] = [];
      for (let at = 3; at < pixels.length; at += 4) {
        if ((pixels[at] ?? 0) < 128) continue;
        const place = (at - 3) / 4;
        const [x, y] = [place % width, Math.floor(place / width)];
        const near = found.find((dot) => Math.hypot(dot.x / dot.count - x, dot.y / dot.count - y) < 10);
        if (near === undefined) found.push({ x, y, count: 1 });
        else Object.assign(near, { x: near.x + x, y: near.y + y, count: near.count + 1 });
      }
      return found.map(({ x, y, count }) => ({ x: x / count, y: y / count }));
    };
    const began = await nextFrame();
    const before = middles();
    const passed = (await nextFrame()) - began;
    const after = middles();
    const [dot] = before;
    const next =
      dot && after.toSorted((left, right) => Math.hypot(left.x - dot.x, left.y - dot.y) - Math.hypot(right.x - dot.x, right.y - dot.y))[0];
    if (dot === undefined || next === undefined) throw new Error("no dot is under way");
    const clickMs = 40;
    const share = clickMs / Math.max(1, passed);
    const box = element.getBoundingClientRect();
    const scale = box.width / element.width;
    return {
      x: box.left + (next.x + Math.min(20, (next.x - dot.x) * share)) * scale,
      y: box.top + (next.y + Math.max(-20, Math.min(20, (next.y - dot.y) * share))) * scale,
    };
  });
}
