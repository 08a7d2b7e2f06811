/**
 * From a phone to a wall: on every page, at every width, nothing is scrolled sideways to be reached, and no control is cut off by the edge
 * of the window or of the part of the page that it stands in. What scrolls in its own place (a result of SQL, code) or is moved there (a
 * graph) may go on beyond it.
 */
import { expect, type Page } from "@playwright/test";
import { openWithData, startEveryPage, type EveryPage } from "./every-page.ts";
import { test } from "./stack/test.ts";

let every: EveryPage;
test.beforeAll(async () => {
  every = await startEveryPage();
});
test.afterAll(async () => {
  await every?.stack[Symbol.asyncDispose]();
});

for (const width of [390, 768, 1024, 1440, 2560]) {
  test(`every page fits ${width} pixels, and no control is cut off`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    const faults: unknown[] = [];
    for (const { name, path, act } of every.pages) {
      await openWithData(page, every.stack.gateway.url + path);
      await act?.(page);
      for (const fault of await faultsOf(page)) faults.push({ name, ...fault });
    }
    expect(faults).toEqual([]);
  });
}

test("every control in a page's head has one height", async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  const heights: { name: string; height: number | undefined }[] = [];
  for (const { name, path } of every.pages) {
    await openWithData(page, every.stack.gateway.url + path);
    const found = await page.locator("[data-head] :is(a, button:not([role=radio]), [role=radiogroup], input:not(.sr-only))").all();
    for (const control of found) heights.push({ name, height: (await control.boundingBox())?.height });
  }
  expect(heights.length).toBeGreaterThan(30);
  expect(heights.filter(({ height }) => height !== 32)).toEqual([]);
});

test("on a phone nothing lies over SQL's editor, and an answer stands below it", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openWithData(page, `${every.stack.gateway.url}/sql`);
  await page.getByRole("textbox", { name: "SQL", exact: true }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("SELECT count(*) AS entities FROM entities");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("columnheader", { name: "entities" })).toBeInViewport();
});

interface Fault {
  readonly what: string;
  readonly control: string;
}

async function faultsOf(page: Page): Promise<readonly Fault[]> {
  return await page.evaluate(() => {
    const roundingPx = 1;
    const faults: { what: string; control: string }[] = [];
    const root = document.documentElement;
    const sideways = root.scrollWidth - root.clientWidth;
    if (sideways > 0) faults.push({ what: `the page is ${sideways} px too wide`, control: "" });
    const controls = "a[href], button, input, select, textarea, [role=button], [role=combobox], [role=radio], [role=tab], [role=checkbox]";
    for (const control of document.querySelectorAll<HTMLElement>(controls)) {
      if (
        !control.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
        control.closest(".sr-only, [inert], .react-flow__nodes") !== null
      )
        continue;
      const { left, right, width, height } = control.getBoundingClientRect();
      // The control is shown when the focus comes to it.
      if (width <= roundingPx || height <= roundingPx) continue;
      const edges = edgesOf(control);
      const overPx = Math.max(edges.left - left, right - edges.right);
      const words = (control.getAttribute("aria-label") ?? control.textContent ?? "").trim().slice(0, 60);
      const said = `${control.tagName.toLowerCase()} ${words}`;
      if (overPx > roundingPx) faults.push({ what: `${Math.round(overPx)} px are cut off by ${edges.by}`, control: said });
      const { textOverflow, overflowX } = getComputedStyle(control);
      const hides = overflowX === "hidden" || overflowX === "clip";
      if (
        control instanceof HTMLButtonElement &&
        control.scrollWidth > control.clientWidth + roundingPx &&
        !(hides && textOverflow === "ellipsis")
      )
        faults.push({ what: `its text is ${control.scrollWidth - control.clientWidth} px wider than it`, control: said });
    }
    return faults;

    /** The box within which a control must be fully visible; a control in a box that scrolls sideways can be brought into view. */
    function edgesOf(control: HTMLElement): { left: number; right: number; by: string } {
      let edges = { left: 0, right: root.clientWidth, by: "the window" };
      for (let around = control.parentElement; around !== null; around = around.parentElement) {
        const { overflowX, position } = getComputedStyle(around);
        if ((overflowX === "auto" || overflowX === "scroll") && around.scrollWidth > around.clientWidth + roundingPx)
          return { left: Number.NEGATIVE_INFINITY, right: Number.POSITIVE_INFINITY, by: "" };
        if (overflowX !== "visible") {
          const { left, right } = around.getBoundingClientRect();
          const by = `${around.tagName.toLowerCase()} ${around.getAttribute("aria-label") ?? around.className.slice(0, 60)}`;
          if (left > edges.left || right < edges.right)
            edges = { left: Math.max(left, edges.left), right: Math.min(right, edges.right), by };
        }
        if (position === "fixed") break;
      }
      return edges;
    }
  });
}
