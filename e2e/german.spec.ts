/**
 * The console in German: what a page says is German, nothing of its texts is left in English, and nothing is cut off at either width. Pages that
 * still speak English are named here, so that the list can only shrink. What comes from the gateway (errors, names, code) keeps its words.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, type Browser, type Page } from "@playwright/test";
import { cutOff } from "./cut-off.ts";
import { consoleAnswers, places } from "./journey.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const wordsRoot = join(import.meta.dirname, "../apps/console/words");

interface Texts {
  readonly english: ReadonlySet<string>;
  readonly german: ReadonlySet<string>;
}

let gateway: Gateway;
let texts: Texts;
test.beforeAll(async () => {
  texts = await allTexts();
  gateway = await Gateway.start();
  await consoleAnswers(gateway);
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${gateway.url}/trpc/demo.start`, { method: "POST", headers, body: "{}" })).status).toBe(200);
  await until(async () => (await gateway.api.summary()).parked > 0, { what: "a parked entity of the demo" });
});
test.afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
});

/** Each with a heading that says that it stands in German. */
const german = [
  { path: "/", heading: "Übersicht" },
  { path: "/failures", heading: "Fehler" },
  { path: "/failures?alerts=true", heading: "Fehler" },
  { path: "/entities", heading: "Entitäten" },
  { path: "/functions", heading: "Funktionen" },
  { path: "/functions?view=endpoints", heading: "Funktionen" },
  { path: "/functions?type=shop%2Fcart", heading: "Funktionen" },
  { path: "/functions/register", heading: "Endpoint anmelden" },
  { path: "/connectors", heading: "Anschlüsse" },
  { path: "/send", heading: "Senden" },
  { path: "/traces", heading: "Traces" },
  { path: "/savepoints", heading: "Savepoints" },
  { path: "/sql", heading: "SQL" },
  { path: "/people", heading: "Personen" },
  { path: "/people?tab=tokens", heading: "Personen" },
  { path: "/people?tab=secrets", heading: "Personen" },
  { path: "/people?tab=erasures", heading: "Personen" },
  { path: "/audit", heading: "Protokoll" },
] as const;

/** Their own texts are English still. */
const notYet: ReadonlySet<string> = new Set(["/flow", "/modules"]);

test("every place of the console speaks German or is named as one that does not yet", () => {
  const speaking = new Set<string>(german.map(({ path }) => path));
  expect(places.map(({ path }) => path).filter((path) => speaking.has(path) === notYet.has(path))).toEqual([]);
});

for (const width of [1440, 390])
  for (const { path, heading } of german) {
    test(`${path} says its texts in German, none in English, and nothing is cut off, ${width} wide`, async ({ browser }) => {
      const page = await germanPage(browser, width);
      await page.goto(`${gateway.url}${path}`);
      await speaksGerman(page, heading);
      await page.context().close();
    });
  }

for (const width of [1440, 390])
  test(`/savepoints says in German what a restore cost, ${width} wide`, async ({ browser }) => {
    const { id } = await gateway.api.takeSavepoint();
    await gateway.api.restoreSavepoint(id);
    const page = await germanPage(browser, width);
    await page.goto(`${gateway.url}/savepoints`);
    await page
      .getByRole("link", { name: /^Was es kostete: die Wiederherstellung, mit der Ära \d+ begann$/ })
      .first()
      .click();
    await expect(page.getByRole("heading", { name: /^Zurückgekehrt zu / })).toBeVisible();
    await speaksGerman(page, "Savepoints");
    await page.context().close();
  });

async function speaksGerman(page: Page, heading: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: heading, includeHidden: true })).toBeVisible();
  await expect(page.getByRole("status", { name: /geladen|loading/i })).toHaveCount(0);
  await expect.poll(async () => (await saidBy(page)).filter((text) => texts.german.has(text)).length).toBeGreaterThan(8);
  await expect.poll(async () => (await saidBy(page)).filter(isEnglish)).toEqual([]);
  expect(await cutOff(page)).toEqual([]);
}

async function germanPage(browser: Browser, width: number): Promise<Page> {
  const context = await browser.newContext({ locale: "de-DE", viewport: { width, height: 900 } });
  return await context.newPage();
}

const onlyEnglish = /\b(the|of|and|is|are|its|from|with|this|that|only|which|yet)\b/;
const onlyGerman = /\b(und|ist|sind|der|die|das|den|nach|von|vor|wird|nicht|eine?)\b/i;

/** A text of the console's own in English, or an English sentence; a German one may tell what an endpoint answered. */
function isEnglish(text: string): boolean {
  return (texts.english.has(text) && !texts.german.has(text)) || (onlyEnglish.test(text) && !onlyGerman.test(text));
}

/** The texts without parts, of every folder of words. */
async function allTexts(): Promise<Texts> {
  const folders = readdirSync(wordsRoot, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = ["", ...folders.map(({ name }) => `${name}/`)];
  const of = async (language: "de" | "en"): Promise<ReadonlySet<string>> => {
    const all = await Promise.all(
      files.map(async (folder): Promise<string[]> => {
        const file: Readonly<Record<string, object>> = await import(join(wordsRoot, `${folder}${language}.ts`));
        return plainTexts(file[language] ?? {});
      }),
    );
    return new Set(all.flat());
  };
  return { english: await of("en"), german: await of("de") };
}

function plainTexts(words: object): string[] {
  return Object.values(words).flatMap((text: unknown) =>
    typeof text === "string" ? [text.trim()] : typeof text === "object" && text !== null ? plainTexts(text) : [],
  );
}

/** What a person reads on a page or is read out, text by text; without names, code, and what is said to be of another language. */
async function saidBy(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const isOther = (element: Element | null): boolean =>
      (element?.closest("code, pre, .font-mono, script, style, [lang=en]:not(html)") ?? null) !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const said: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (!isOther(node.parentElement)) said.push(node.textContent?.trim() ?? "");
    for (const name of ["aria-label", "title", "placeholder"])
      for (const element of document.querySelectorAll(`body [${name}]`))
        if (!isOther(element)) said.push(element.getAttribute(name)?.trim() ?? "");
    return said.filter((text) => text !== "");
  });
}
