/**
 * pictures: which pictures the docs have, each with its link and what the page must show before it is taken. Neighbours: prepare.ts makes
 * what they show, main.ts takes them, film.ts makes the film, pictures.test.ts compares them with the console's pages and with
 * docs/console.md.
 */
import type { Page } from "@playwright/test";
import type { Prepared } from "./prepare.ts";

/** Values that links contain. */
export interface Links extends Prepared {
  /** The code that sets up the first person of a gateway where people have to sign in. */
  readonly setupCode: string;
}

export interface Picture {
  /** Its file is docs/screenshots/<name>-<scheme>.webp. */
  readonly name: string;
  /** The route below apps/console/app, as its folders spell it. */
  readonly route: string;
  readonly link: string | ((links: Links) => string);
  /** Whether a picture of a phone is taken too, in one theme: <name>-390-dark.webp. */
  readonly phone?: boolean;
  /** The gateway: the prepared one when absent, an empty one, or one where people have to sign in. */
  readonly on?: "empty" | "closed";
  /** Whether messages are held at a breakpoint meanwhile. */
  readonly held?: boolean;
  /** What a person does before the picture. */
  readonly act?: (page: Page) => Promise<void>;
}

/** The film is named in the same way on the command line. */
export const film = { name: "film", file: "time-travel.gif" } as const;

const cart = "type=shop%2Fcart";
const query = (values: Record<string, string>): string => new URLSearchParams(values).toString();
const sql = "SELECT type, status, count(*) AS entities, sum(mailbox_depth) AS waiting\nFROM entities\nGROUP BY ALL\nORDER BY entities DESC";

export const pictures: readonly Picture[] = [
  { name: "overview", route: "/", link: "/", phone: true },
  { name: "overview-wall", route: "/", link: "/?wall=true" },
  { name: "first-steps", route: "/", link: "/", on: "empty" },
  { name: "flow", route: "/flow", link: "/flow", act: chooseInTail },
  { name: "flow-waiting", route: "/flow", link: `/flow?${query({ filter: 'type == "shop/cart"', open: "t.shop/cart" })}` },
  { name: "flow-past", route: "/flow", link: ({ pastIso }) => `/flow?at=${pastIso}` },
  { name: "flow-breakpoints", route: "/flow/breakpoints", link: "/flow/breakpoints?functions=shop%2Fcart", held: true },
  { name: "flow-ingress", route: "/flow/ingress/[name]", link: "/flow/ingress/shop%2Fwindow" },
  { name: "flow-egress", route: "/flow/egress/[namespace]/[name]", link: "/flow/egress/demo/receipts" },
  { name: "traces", route: "/traces", link: ({ storyTrace }) => `/traces?trace=${storyTrace}&mode=paused` },
  { name: "trace", route: "/traces/[trace]", link: ({ storyTrace }) => `/traces/${storyTrace}`, phone: true, act: thirdHop },
  { name: "entities", route: "/entities", link: `/entities?${cart}`, act: firstRow },
  { name: "entity", route: "/entities/[namespace]/[name]/[id]", link: "/entities/shop/cart/ada?state=blame", phone: true },
  { name: "entity-history", route: "/entities/[namespace]/[name]/[id]", link: "/entities/shop/cart/ada?tab=history", act: asOfThen },
  { name: "failures", route: "/failures", link: "/failures", phone: true, act: firstCause },
  { name: "failures-act", route: "/failures/acts/[act]", link: "/failures", act: retryAll },
  { name: "failures-invariants", route: "/failures/invariants", link: "/failures/invariants" },
  { name: "sql", route: "/sql", link: "/sql", act: runSql },
  { name: "functions", route: "/functions", link: `/functions?${cart}` },
  { name: "functions-endpoints", route: "/functions", link: "/functions?view=endpoints" },
  {
    name: "functions-register",
    route: "/functions/register",
    link: `/functions/register?${query({ url: "http://127.0.0.1:9/", functions: "mail/*" })}`,
  },
  { name: "functions-write", route: "/functions/write", link: "/functions/write" },
  { name: "modules", route: "/modules", link: "/modules" },
  { name: "module", route: "/modules/[name]", link: "/modules/demo" },
  { name: "modules-form", route: "/modules/[name]", link: "/modules/demo?edit=both" },
  { name: "connectors", route: "/connectors", link: "/connectors", act: firstEntry },
  { name: "savepoints", route: "/savepoints", link: ({ firstSavepoint }) => `/savepoints?id=${firstSavepoint}` },
  { name: "savepoints-restore", route: "/savepoints", link: ({ firstSavepoint }) => `/savepoints?id=${firstSavepoint}`, act: restore },
  { name: "savepoints-move", route: "/savepoints/move", link: ({ firstSavepoint }) => `/savepoints/move?from=${firstSavepoint}` },
  {
    name: "savepoints-compare",
    route: "/savepoints/compare",
    link: ({ firstSavepoint }) => `/savepoints/compare?from=${firstSavepoint}`,
    phone: true,
  },
  { name: "savepoints-bootstrap", route: "/savepoints/bootstrap", link: "/savepoints/bootstrap" },
  {
    name: "send",
    route: "/send",
    link: `/send?${query({ type: "shop/cart", id: "ada", as: "shop/AddItem", body: '{"item": "lamp", "quantity": 2}' })}`,
  },
  { name: "people", route: "/people", link: "/people" },
  { name: "audit", route: "/audit", link: "/audit", act: firstEntry },
  { name: "login", route: "/login", link: "/login", on: "closed" },
  { name: "setup", route: "/setup", link: ({ setupCode }) => `/setup#${setupCode}`, on: "closed" },
];

async function chooseInTail(page: Page): Promise<void> {
  await page.locator(".react-flow__node").first().waitFor();
  const rows = page.getByRole("option");
  await rows.nth(12).waitFor();
  await rows.nth(4).click();
  await page.getByRole("complementary", { name: "Inspector" }).waitFor();
}

async function thirdHop(page: Page): Promise<void> {
  await page.getByRole("treeitem").first().waitFor();
  for (let hop = 0; hop < 2; hop += 1) await page.keyboard.press("ArrowRight");
}

async function firstRow(page: Page): Promise<void> {
  await page.getByRole("grid").getByRole("row").nth(1).click();
}

async function asOfThen(page: Page): Promise<void> {
  await page.getByText("as of then", { exact: true }).nth(2).click();
}

async function retryAll(page: Page): Promise<void> {
  await firstCause(page);
  await page.getByRole("button", { name: "Retry…" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Retry \d/ })
    .click();
  await page.getByRole("region", { name: "Acts on causes" }).getByRole("link", { name: /^Open/ }).first().click();
  await page.getByText(/^Done/).first().waitFor();
}

async function firstCause(page: Page): Promise<void> {
  await page
    .getByRole("row", { name: /shop\/cart/ })
    .first()
    .click();
}

async function runSql(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "SQL", exact: true }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(sql);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("row").nth(2).waitFor();
}

async function firstEntry(page: Page): Promise<void> {
  await page.getByRole("row").nth(1).click();
}

async function restore(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Restore…" }).click();
  await page.getByRole("dialog").waitFor();
}
