/**
 * By keys alone: on every page, from the first Tab on, the focus comes to every control, or to a group of which the arrows reach the others
 * (a table, tabs, one of several choices, a tree); and wherever it is, one sees it.
 */
import { expect, type Page } from "@playwright/test";
import { openWithData, startEveryPage, type EveryPage } from "./every-page.ts";
import { test } from "./stack/test.ts";

/** This is more than the stops of any page. */
const stopsMax = 400;

let every: EveryPage;
test.beforeAll(async () => {
  every = await startEveryPage();
});
test.afterAll(async () => {
  await every?.stack[Symbol.asyncDispose]();
});

for (const width of [1440, 390]) {
  test(`Tab comes to every control of every page, and the focus is seen (${width} wide)`, async ({ page }) => {
    test.setTimeout(600_000);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    const faults: unknown[] = [];
    for (const { name, path, act } of every.pages) {
      await openWithData(page, every.stack.gateway.url + path);
      await act?.(page);
      const [unseen, unreached] = [await walk(page), await unreachedOf(page)];
      if (unseen.length > 0 || unreached.length > 0) faults.push({ name, unseen, unreached });
    }
    expect(faults).toEqual([]);
  });
}

/** Presses Tab from the first control all around to it again, and returns where the focus could not be seen. */
async function walk(page: Page): Promise<readonly string[]> {
  const unseen = new Set<string>();
  // A page may begin inside a form.
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  for (let stop = 0; stop < stopsMax; stop += 1) {
    await page.keyboard.press("Tab");
    const { around, fault } = await page.evaluate(lookAtFocus);
    if (around) return [...unseen];
    if (fault !== null && !(await comesIntoView(page))) unseen.add(fault);
  }
  return [...unseen, `Tab went on after ${stopsMax} stops`];
}

/** Runs in the page: marks the focused element as reached. */
function lookAtFocus(): { around: boolean; fault: string | null } {
  // A border that fades in has not reached its colour yet.
  for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
  const focused = document.activeElement;
  // After the last control the browser itself has the focus, and the next Tab comes to the first one again.
  if (!(focused instanceof Element) || focused === document.body) return { around: false, fault: null };
  if (focused.hasAttribute("data-reached")) return { around: true, fault: null };
  focused.setAttribute("data-reached", "");
  const name = focused.getAttribute("aria-label") ?? focused.textContent ?? "";
  // A plain box becomes an editor of the same name once it gets the focus.
  if (focused instanceof HTMLTextAreaElement)
    document.body.dataset["reachedBoxes"] = `${document.body.dataset["reachedBoxes"] ?? ""}\n${name}`;
  const { left, top, right, bottom, width, height } = focused.getBoundingClientRect();
  const inWindow = width > 0 && height > 0 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = "var(--message)";
  const accent = getComputedStyle(probe).color;
  probe.remove();
  // Editors, and fields with a button inside, show the focus at the box around them.
  const isShown = [focused, focused.parentElement, focused.parentElement?.parentElement, focused.closest(".cm-editor")?.parentElement].some(
    isMarked,
  );
  return {
    around: false,
    fault:
      inWindow && isShown ? null : `${focused.tagName.toLowerCase()} ${name.trim().slice(0, 60)}${inWindow ? "" : " (out of the window)"}`,
  };

  function isMarked(element: Element | null | undefined): boolean {
    if (element === null || element === undefined) return false;
    const { outlineStyle, outlineWidth, boxShadow, borderTopColor, borderBottomColor } = getComputedStyle(element);
    const isOutlined = outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
    return isOutlined || [borderTopColor, borderBottomColor].includes(accent) || (element === focused && boxShadow !== "none");
  }
}

/** Waits until what is outside the visible part of a graph moves into it. */
async function comesIntoView(page: Page): Promise<boolean> {
  const inWindow = () =>
    page.evaluate(() => {
      const focused = document.activeElement;
      if (!(focused instanceof Element) || focused.closest(".react-flow") === null) return false;
      const { left, right } = focused.getBoundingClientRect();
      return left >= 0 && right <= innerWidth;
    });
  return await expect
    .poll(inWindow, { timeout: 2_000 })
    .toBe(true)
    .then(
      () => true,
      () => false,
    );
}

/** Lists the controls that Tab did not reach, unless it reached another one of their group. */
async function unreachedOf(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const groups =
      "[role=radiogroup], [role=tablist], [role=toolbar], [role=grid], [role=treegrid], [role=tree], [role=listbox], [role=menu]";
    const controls =
      "a[href], button, input, select, textarea, [role=button], [role=combobox], [role=radio], [role=tab], [role=grid], [role=tree], [contenteditable=true]";
    const boxes = (document.body.dataset["reachedBoxes"] ?? "").split("\n");
    const isOfGroup = (control: HTMLElement): boolean => {
      const group = control.closest(control.tabIndex < 0 ? `${groups}, [role=group]` : groups);
      return group !== null && (group.hasAttribute("data-reached") || group.querySelector("[data-reached]") !== null);
    };
    const left: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>(controls)) {
      if (!control.checkVisibility({ visibilityProperty: true }) || control.closest("[inert], [aria-hidden=true]") !== null) continue;
      // A button beside it opens the choice of a file.
      if (control.matches(":disabled, [data-reached], input[type=file][tabindex='-1']") || isOfGroup(control)) continue;
      const name = (control.getAttribute("aria-label") ?? control.textContent ?? "").trim();
      if (!boxes.includes(name)) left.push(`${control.tagName.toLowerCase()} ${name.slice(0, 60)}`);
    }
    return left;
  });
}
