/**
 * No serious or critical axe finding on any page and state, in either theme and with forced colours, as now and in the past, wide and on a phone;
 * and nothing that must be scrolled sideways to be reached. Real data is on the pages.
 */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { places, startStack, type Stack } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const ada = { type: "example/person", id: "ada" };
const egress = "---\nkind: io.statefun.kafka.v1/egress\nspec:\n  id: io.statefun.playground/egress\n  address: 127.0.0.1:9092\n";

let stack: Stack;
let trace = 0;
let act = "";
let pastMs = 0;

test.beforeAll(async () => {
  stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url, egress));
  for (let visit = 0; visit < 5; visit++) trace = (await api.send(ada, "hello")).traceId;
  await until(async () => (await api.state(ada, "visits")) === 5, { what: "five visits" });
  // Nobody serves it: an entity that waits, and a cause of failures.
  await api.applyModule("absent", endpointYaml("absent/*", "http://127.0.0.1:9/"));
  await api.send({ type: "absent/one", id: "a" }, "hello");
  act = await retryAll();
  await api.takeSavepoint();
  pastMs = Date.now();
});

test.afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

/** Begins an act on all that a cause holds up. */
async function retryAll(): Promise<string> {
  const { api } = stack.gateway;
  const read = () => api.request<{ causes: { fingerprint: string }[] }>("GET", "/v1/failures/causes");
  await until(async () => (await read()).causes.length > 0, { what: "a cause of failures" });
  const [cause] = (await read()).causes;
  const body = JSON.stringify({ action: "retry", ratePerSecond: 5 });
  const headers = { "content-type": "application/json" };
  return (await api.request<{ id: string }>("POST", `/v1/failures/causes/${cause?.fingerprint ?? ""}/act`, { body, headers })).id;
}

const more = [
  { name: "Register an endpoint", path: "/functions/register" },
  { name: "Write a function", path: "/functions/write" },
  { name: "one entity", path: "/entities/example/person/ada" },
  { name: "an entity's history", path: "/entities/example/person/ada?tab=history" },
  { name: "one function type", path: "/functions?type=example%2Fperson" },
  { name: "the endpoints", path: "/functions?view=endpoints" },
  { name: "one module", path: "/modules/greeter" },
  { name: "one module as a form", path: "/modules/greeter?edit=form" },
  { name: "one trace", path: () => `/traces/${trace}` },
  { name: "the flow as a table", path: "/flow?view=table" },
  { name: "the flow, filtered", path: `/flow?filter=${encodeURIComponent('type == "example/person"')}` },
  {
    name: "the flow with a type chosen",
    path: `/flow?${new URLSearchParams({ filter: 'type == "example/person"', open: "t.example/person" }).toString()}`,
  },
  { name: "a filter that is none", path: "/flow?filter=typo%3Ax" },
  { name: "bootstrap", path: "/savepoints/bootstrap" },
  { name: "a move", path: "/savepoints/move" },
  { name: "an act on many", path: () => `/failures/acts/${act}` },
  { name: "a comparison", path: "/savepoints/compare?etype=example%2Fperson&entity=ada" },
  { name: "a page that is not there", path: "/nowhere" },
] as const;
const pages: readonly { name: string; path: string | (() => string) }[] = [...places, ...more];
/** What shows the past when it is asked for. */
const ofThePast = pages.filter(({ name }) =>
  /^(Overview|Flow|Traces|Entities|Failures|Functions|one entity|one trace|Modules)$/.test(name),
);

interface Look {
  scheme: "dark" | "light";
  width: number;
  forced?: boolean;
  past?: boolean;
}

const looks: readonly (Look & { over: typeof pages })[] = [
  { scheme: "dark", width: 1440, over: pages },
  { scheme: "light", width: 1440, over: pages },
  { scheme: "dark", width: 390, over: pages },
  { scheme: "light", width: 390, over: pages },
  { scheme: "dark", width: 1440, past: true, over: ofThePast },
  { scheme: "light", width: 1440, past: true, over: ofThePast },
  { scheme: "light", width: 390, past: true, over: ofThePast },
  { scheme: "dark", width: 1440, forced: true, over: pages },
];

for (const { over, ...look } of looks) {
  const { scheme, width, forced = false, past = false } = look;
  const words = `${scheme}, ${width} wide${forced ? ", forced colours" : ""}${past ? ", in the past" : ""}`;
  test(`no page has a serious accessibility fault (${words})`, async ({ page }) => {
    test.setTimeout(600_000);
    const faults: unknown[] = [];
    for (const { name, path } of over) {
      await open(page, typeof path === "string" ? path : path(), look);
      for (const fault of await seriousOf(page)) faults.push({ name, ...fault });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (sideways > 0) faults.push({ name, id: "sideways", pixels: sideways });
    }
    expect(faults).toEqual([]);
  });
}

for (const scheme of ["dark", "light"] as const) {
  test(`what opens over a page has no serious accessibility fault (${scheme})`, async ({ page }) => {
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
  await page.goto(`${stack.gateway.url}${path}${past ? `${path.includes("?") ? "&" : "?"}at=${new Date(pastMs).toISOString()}` : ""}`);
  await expect(page.getByRole("heading").first()).toBeAttached();
  if (past) await expect(page.getByRole("status", { name: "The past is shown" })).toBeVisible();
  // The first live frame and the first query have arrived: what is checked is the page with its data.
  await expect(page.getByRole("status", { name: /loading/i })).toHaveCount(0);
}

async function seriousOf(page: Page): Promise<{ id: string; help: string; nodes: string[] }[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => `${node.target.join(" ")} ${node.html.slice(0, 120)}`) }));
}
