/**
 * CutOff: finds text that does not fit its place on a page, in whatever language. german.spec.ts and first-steps.spec.ts use it.
 */
import type { Page } from "@playwright/test";

/** Lists the texts of the frame, of headings and of buttons that do not fit, and the page itself when it must be scrolled sideways. */
export async function cutOff(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`);
    for (const element of document.querySelectorAll<HTMLElement>("nav a, header button, h1, h2, h3, button, [role=region] a, th")) {
      if (element.offsetParent === null || element.closest("[data-truncates], [role=grid], nav[aria-label='Zustand in Zahlen']") !== null)
        continue;
      if (element.className.includes("sr-only") || element.querySelector(".sr-only, .truncate") !== null) continue;
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
        found.push(element.textContent.trim().slice(0, 60));
    }
    return found;
  });
}
