/**
 * The console in German: what a page says is German, nothing of its texts is left in English, and nothing is cut off at either width. Each
 * page is loaded once and looked at in both widths, with what it opens. What the gateway says in English (cures, schedules, what a table of
 * SQL holds) is worded by the console; names, code and what a function or another system answered keep their words.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { cutOff } from "./cut-off.ts";
import { consoleAnswers, places } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const wordsRoot = join(import.meta.dirname, "../apps/console/words");

interface Texts {
  readonly english: ReadonlySet<string>;
  readonly german: ReadonlySet<string>;
}

/** What the demo left that can be looked at. */
interface Seen {
  /** A complete trace, another one of its kind, and one in which something parked. */
  readonly trace: number;
  readonly other: number;
  readonly parked: number;
  /** The entity that is parked in that trace. */
  readonly entity: string;
}

let gateway: Gateway;
let texts: Texts;
/** What the gateway says in English of what is on it now, and what the console has German words for. */
let told: ReadonlySet<string>;
let seen: Seen;
/** All pages share one browser context, so that common files are fetched once. */
let page: Page;

test.beforeAll(async ({ browser }) => {
  texts = await allTexts();
  gateway = await Gateway.start();
  await consoleAnswers(gateway);
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${gateway.url}/trpc/demo.start`, { method: "POST", headers, body: "{}" })).status).toBe(200);
  seen = await until(whatIsSeen, { what: "traces of the demo, one with a parked entity" });
  // A schedule, and a type that nobody serves: what they say and what helps comes from the gateway.
  await gateway.api.applyModule("window", everySecond);
  await gateway.api.applyModule("absent", endpointYaml("absent/*", "http://127.0.0.1:9/"));
  await gateway.api.send({ type: "absent/one", id: "a" }, "hello");
  told = await until(whatIsTold, { what: "a run of the schedule, and a cause of failures" });
  for (let taken = 0; taken < 2; taken += 1) await gateway.api.takeSavepoint();
  const context = await browser.newContext({ locale: "de-DE", viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
});
test.afterAll(async () => {
  await page?.context().close();
  await gateway?.[Symbol.asyncDispose]();
});

const everySecond = [
  "kind: io.signalbox.schedule.v1/ingress",
  "spec:",
  "  id: shop/window",
  "  when: {type: every, every: 1s}",
  "  target: shop/cart",
  "  entityId: window",
  `  value: '{"item":"lamp","quantity":1}'`,
  "  valueType: shop/AddItem",
  "",
].join("\n");

interface Case {
  readonly path: string | ((seen: Seen) => string);
  /** The heading that shows that the page is in German. */
  readonly heading: string | RegExp;
  /** What is opened once the page is there, by the names that a person reads; each is checked too. */
  readonly opens?: readonly Opens[];
}

interface Opens {
  readonly role: "button" | "radio" | "treeitem" | "tab" | "row";
  readonly name: string | RegExp;
}

const press = (name: string | RegExp): Opens => ({ role: "button", name });

const german: readonly Case[] = [
  { path: "/", heading: "Übersicht" },
  { path: "/failures", heading: "Fehler", opens: [{ role: "row", name: /absent/ }] },
  { path: "/failures?alerts=true", heading: "Fehler" },
  { path: "/failures/invariants", heading: "Invarianten", opens: [press("Neue Invariante"), { role: "radio", name: "Summe oder Anzahl" }] },
  { path: "/entities", heading: "Entitäten" },
  { path: "/entities/absent/one/a", heading: /./ },
  { path: ({ entity }) => `/entities/${entity}`, heading: /./, opens: [press("Kleinste Reproduktion suchen…")] },
  { path: "/functions", heading: "Funktionen" },
  { path: "/functions?view=endpoints", heading: "Funktionen", opens: [{ role: "row", name: /absent/ }] },
  { path: "/functions?type=shop%2Fcart", heading: "Funktionen" },
  { path: "/functions/register", heading: "Endpoint anmelden" },
  { path: "/functions/register?url=http%3A%2F%2F127.0.0.1%3A9%2F&functions=mail%2F*", heading: "Endpoint anmelden" },
  { path: "/functions/write", heading: "Funktionen schreiben" },
  { path: "/modules", heading: "Module", opens: [press("Neues Modul…")] },
  { path: "/modules/demo?edit=both", heading: "demo" },
  { path: "/modules/demo?edit=form&panel=history", heading: "demo", opens: [press("Modul entfernen…")] },
  { path: "/modules/neu", heading: "neu", opens: [press("Ansehen und anwenden…")] },
  { path: "/connectors", heading: "Anschlüsse", opens: [{ role: "row", name: /shop\/window/ }] },
  { path: "/flow/ingress/shop%2Fwindow", heading: /./ },
  { path: "/send", heading: "Senden" },
  { path: "/traces", heading: "Traces" },
  { path: ({ trace }) => `/traces/${trace}`, heading: /^Traces/, opens: [{ role: "treeitem", name: /./ }, press("Vergleichen…")] },
  { path: ({ parked }) => `/traces/${parked}`, heading: /^Traces/, opens: [press("Als Test exportieren")] },
  { path: ({ trace, other }) => `/traces/${trace}?with=${other}`, heading: /^Traces/ },
  { path: "/traces/99999999", heading: /^Traces/ },
  { path: "/flow", heading: "Fluss" },
  { path: "/flow?view=table", heading: "Fluss" },
  { path: "/flow?view=tail&open=type:shop/cart", heading: "Fluss" },
  { path: ({ trace }) => `/flow?film=${trace}`, heading: "Fluss" },
  { path: "/flow/breakpoints", heading: "Haltepunkte" },
  { path: "/savepoints", heading: "Savepoints" },
  { path: "/savepoints/compare", heading: "Savepoints vergleichen" },
  { path: "/savepoints/move", heading: "Umzug", opens: [press("Zeigen, was umzieht")] },
  { path: "/savepoints/move?to=embedded", heading: "Umzug" },
  { path: "/savepoints/bootstrap", heading: "Daten laden", opens: [press("Eine Datenbank")] },
  { path: "/sql", heading: "SQL" },
  { path: "/people", heading: "Personen" },
  { path: "/people?tab=tokens", heading: "Personen" },
  { path: "/people?tab=secrets", heading: "Personen" },
  { path: "/people?tab=erasures", heading: "Personen" },
  { path: "/audit", heading: "Protokoll" },
];

test("every place of the console is among the checked pages", () => {
  const speaking = new Set<unknown>(german.map(({ path }) => path));
  expect(places.map(({ path }) => path).filter((path) => !speaking.has(path))).toEqual([]);
});

for (const { path, heading, opens = [] } of german)
  test(`${nameOf(path)} says its texts in German, none in English, and nothing is cut off at either width`, async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${gateway.url}${typeof path === "string" ? path : path(seen)}`);
    await expect(page.getByRole("heading", { level: 1, name: heading, includeHidden: true }).first()).toBeVisible();
    await speaksGerman();
    for (const { role, name } of opens) {
      await page.getByRole(role, { name }).first().click();
      await speaksGerman();
    }
    await page.setViewportSize({ width: 390, height: 900 });
    await speaksGerman();
  });

test("a path that names no page says so in German", async () => {
  await page.goto(`${gateway.url}/no/such/page`);
  await expect(page.getByText("Diese Seite gibt es nicht")).toBeVisible();
  await speaksGerman();
});

// This is last, because afterwards everything that was looked at belongs to the past.
test("/savepoints says in German what a restore cost", async () => {
  const { id } = await gateway.api.takeSavepoint();
  await gateway.api.restoreSavepoint(id);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${gateway.url}/savepoints`);
  await page
    .getByRole("link", { name: /^Was es kostete: die Wiederherstellung, mit der Ära \d+ begann$/ })
    .first()
    .click();
  await expect(page.getByRole("heading", { name: /^Zurückgekehrt zu / })).toBeVisible();
  await speaksGerman();
  await page.setViewportSize({ width: 390, height: 900 });
  await speaksGerman();
});

async function speaksGerman(): Promise<void> {
  await expect(page.getByRole("status", { name: /geladen|loading/i })).toHaveCount(0);
  await expect.poll(async () => (await saidBy(page)).filter((text) => texts.german.has(text)).length).toBeGreaterThan(8);
  await expect.poll(async () => (await saidBy(page)).filter(isEnglish)).toEqual([]);
  expect((await saidBy(page, "everything")).filter((text) => told.has(text))).toEqual([]);
  expect(await cutOff(page)).toEqual([]);
}

interface Told {
  readonly causes: readonly { readonly cure: string }[];
  readonly schedules: readonly { readonly schedule: { readonly when: string; readonly misfire: string } | null }[];
  readonly connectors: readonly { readonly counts: Readonly<Record<string, number>> }[];
  readonly tables: readonly { readonly about: string }[];
}

/** Undefined: the schedule has not run, or nothing has failed so far. */
async function whatIsTold(): Promise<ReadonlySet<string> | undefined> {
  const ask = async <Part extends keyof Told>(path: string, part: Part): Promise<Told[Part]> =>
    (await gateway.api.request<Told>("GET", path))[part];
  const causes = await ask("/v1/failures/causes", "causes");
  const schedules = await ask("/v1/schedules", "schedules");
  const events = (await ask("/v1/connectors", "connectors")).flatMap(({ counts }) => Object.keys(counts));
  if (causes.length === 0 || events.length === 0) return undefined;
  const tables = await ask("/v1/sql/tables", "tables");
  const times = schedules.flatMap(({ schedule }) => (schedule === null ? [] : [schedule.when, schedule.misfire]));
  return new Set([...causes.map(({ cure }) => cure), ...times, ...events, ...tables.map(({ about }) => about)]);
}

interface TraceItem {
  readonly trace: number;
  readonly status: string;
  readonly target: { readonly type: string; readonly id: string };
}

/** Returns undefined when the demo has not come this far. */
async function whatIsSeen(): Promise<Seen | undefined> {
  const { items } = await gateway.api.request<{ items: readonly TraceItem[] }>("GET", "/v1/traces?limit=200");
  const [trace, other] = items.filter(({ status, target }) => status === "completed" && target.type === "shop/cart");
  const parked = items.find(({ status }) => status === "parked");
  if (trace === undefined || other === undefined || parked === undefined) return undefined;
  return { trace: trace.trace, other: other.trace, parked: parked.trace, entity: `${parked.target.type}/${parked.target.id}` };
}

function nameOf(path: Case["path"]): string {
  return typeof path === "string" ? path : path({ trace: 1, other: 2, parked: 3, entity: "shop/cart/parked" });
}

const onlyEnglish = /\b(the|of|and|is|are|its|from|with|this|that|only|which|yet)\b/;
const onlyGerman = /\b(und|ist|sind|der|die|das|den|nach|von|vor|wird|nicht|eine?)\b/i;

/** Whether a text is the console's own in English, or an English sentence; a German sentence may quote what an endpoint answered. */
function isEnglish(text: string): boolean {
  return (texts.english.has(text) && !texts.german.has(text)) || (onlyEnglish.test(text) && !onlyGerman.test(text));
}

/** Reads the texts without parts, from every folder of words. */
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

/** Lists the texts that a person reads or hears on a page, without names, code, and texts that are marked as another language. */
async function saidBy(shown: Page, which: "own" | "everything" = "own"): Promise<string[]> {
  const never = "code, pre, .cm-editor .cm-line, script, style";
  const others = which === "own" ? `${never}, .font-mono, [lang=en]:not(html)` : never;
  return await shown.evaluate((selector) => {
    const isOther = (element: Element | null): boolean => (element?.closest(selector) ?? null) !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const said: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (!isOther(node.parentElement)) said.push(node.textContent?.trim() ?? "");
    for (const name of ["aria-label", "title", "placeholder"])
      for (const element of document.querySelectorAll(`body [${name}]`))
        if (!isOther(element)) said.push(element.getAttribute(name)?.trim() ?? "");
    return said.filter((text) => text !== "");
  }, others);
}
