/**
 * Playwright's `test`, with one thing that holds in every browser test: no page throws. An error that no code caught, or that React could
 * mend only by drawing again what the server had drawn, fails the test, whatever else it looked at. Specs import `test` from here.
 */
import { expect, test as base, type Browser, type BrowserContext } from "@playwright/test";

interface Watched {
  /** Why errors of pages are expected in this test; null when none is. */
  readonly pageErrorsExpected: string | null;
  readonly noPageThrows: void;
}

export const test = base.extend<Watched>({
  pageErrorsExpected: [null, { option: true }],
  noPageThrows: [
    async ({ browser, pageErrorsExpected }, use) => {
      const thrown: string[] = [];
      const restore = watchContexts(browser, (context) => {
        context.on("weberror", (error) => thrown.push(`${error.page()?.url() ?? "a page"}: ${error.error().message}`));
      });
      await use();
      restore();
      if (pageErrorsExpected === null) expect(thrown, "errors that pages threw").toEqual([]);
    },
    { auto: true },
  ],
});

/** Watches contexts of the fixture `context` and of tests themselves, because both use the same method. */
function watchContexts(browser: Browser, watch: (context: BrowserContext) => void): () => void {
  const made = browser.newContext;
  browser.newContext = async (options) => {
    const context = await made.call(browser, options);
    watch(context);
    return context;
  };
  return () => {
    browser.newContext = made;
  };
}
