/**
 * No serious or critical axe finding on any page and state, in either theme and with forced colours, as now and in the past, wide and on a
 * phone; and nothing that must be scrolled sideways to be reached. Real data is on the pages.
 */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { openWithData, startEveryPage, type ConsolePage, type EveryPage } from "./every-page.ts";
import { test } from "./stack/test.ts";

let every: EveryPage;
test.beforeAll(async () => {
  every = await startEveryPage();
});
test.afterAll(async () => {
  await every?.stack[Symbol.asyncDispose]();
});

const all = (): boolean => true;
/** Pages that show the past when it is asked for. */
const ofThePast = ({ name }: ConsolePage): boolean =>
  /^(Overview|Flow|Traces|Entities|Failures|Functions|one entity|one trace|Modules)$/.test(name);

interface Look {
  scheme: "dark" | "light";
  width: number;
  forced?: boolean;
  past?: boolean;
}

const looks: readonly (Look & { over: (page: ConsolePage) => boolean })[] = [
  { scheme: "dark", width: 1440, over: all },
  { scheme: "light", width: 1440, over: all },
  { scheme: "dark", width: 390, over: all },
  { scheme: "light", width: 390, over: all },
  { scheme: "dark", width: 1440, past: true, over: ofThePast },
  { scheme: "light", width: 1440, past: true, over: ofThePast },
  { scheme: "light", width: 390, past: true, over: ofThePast },
  { scheme: "dark", width: 1440, forced: true, over: all },
];

for (const { over, ...look } of looks) {
  const { scheme, width, forced = false, past = false } = look;
  const words = `${scheme}, ${width} wide${forced ? ", forced colours" : ""}${past ? ", in the past" : ""}`;
  test(`no page has a serious accessibility fault (${words})`, async ({ page }) => {
    test.setTimeout(600_000);
    const faults: unknown[] = [];
    for (const { name, path, act } of every.pages.filter(over)) {
      await open(page, path, look);
      await act?.(page);
      for (const fault of await seriousOf(page)) faults.push({ name, ...fault });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (sideways > 0) faults.push({ name, id: "sideways", pixels: sideways });
    }
    expect(faults).toEqual([]);
  });
}

for (const scheme of ["dark", "light"] as const) {
  test(`dialogs and panels over a page have no serious accessibility fault (${scheme})`, async ({ page }) => {
    test.setTimeout(300_000);
    const faults: unknown[] = [];
    const look = async (name: string): Promise<void> => {
      for (const fault of await seriousOf(page)) faults.push({ name, ...fault });
    };
    await open(page, "/", { scheme, width: 1440 });
    await page.keyboard.press("Shift+Slash");
    await expect(page.getByRole("dialog", { name: "Shortcuts" })).toBeVisible();
    await look("the shortcuts");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog", { name: "Go to" })).toBeVisible();
    await look("the palette");
    await page.keyboard.type("what is written");
    await page.getByRole("option", { name: /^What is written/ }).click();
    await expect(page.getByRole("region", { name: "What is written" })).toContainText("Texts stand in quotes");
    await look("a section of the docs");
    await open(page, "/send", { scheme, width: 1440 });
    await page.getByRole("textbox", { name: "Body" }).first().click();
    await look("an editor");
    await open(page, "/savepoints", { scheme, width: 1440 });
    await page.getByRole("grid").getByRole("row").nth(1).click();
    await look("a savepoint");
  });
}

async function open(page: Page, path: string, { scheme, width, forced = false, past = false }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce", forcedColors: forced ? "active" : "none" });
  await page.setViewportSize({ width, height: 900 });
  const at = `${path.includes("?") ? "&" : "?"}at=${new Date(every.pastMs).toISOString()}`;
  await openWithData(page, `${every.stack.gateway.url}${path}${past ? at : ""}`);
  if (past) await expect(page.getByRole("status", { name: "The past is shown" })).toBeVisible();
}

async function seriousOf(page: Page): Promise<{ id: string; help: string; nodes: string[] }[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => `${node.target.join(" ")} ${node.html.slice(0, 120)}`) }));
}
