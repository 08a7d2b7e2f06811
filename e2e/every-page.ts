/**
 * everyPage: a gateway with real data on it, and every page of the console with a link, for browser tests that visit all of them.
 * Neighbours: journey.ts has the places of the sidebar; accessibility.spec.ts, widths.spec.ts and keyboard.spec.ts visit these.
 */
import { expect, type Page } from "@playwright/test";
import { places, startStack, type Stack } from "./journey.ts";
import type { Api } from "./stack/api.ts";
import { endpointYaml } from "./stack/functions.ts";
import { until } from "./stack/until.ts";

const ada = { type: "example/person", id: "ada" };
const egress = "---\nkind: io.statefun.kafka.v1/egress\nspec:\n  id: io.statefun.playground/egress\n  address: 127.0.0.1:9092\n";

export interface ConsolePage {
  readonly name: string;
  readonly path: string;
  /** Opens something over the page. */
  readonly act?: (page: Page) => Promise<void>;
}

export interface EveryPage {
  readonly stack: Stack;
  readonly pages: readonly ConsolePage[];
  /** A moment at which all the data was there. */
  readonly pastMs: number;
}

export async function startEveryPage(): Promise<EveryPage> {
  const stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url, egress));
  let trace = 0;
  for (let visit = 0; visit < 5; visit++) trace = (await api.send(ada, "hello")).traceId;
  await until(async () => (await api.state(ada, "visits")) === 5, { what: "five visits" });
  // Nobody serves this type, so it gives an entity that waits, and a cause of failures.
  await api.applyModule("absent", endpointYaml("absent/*", "http://127.0.0.1:9/"));
  await api.send({ type: "absent/one", id: "a" }, "hello");
  const act = await retryAll(api);
  await api.takeSavepoint();
  return { stack, pages: pagesOf(trace, act), pastMs: Date.now() };
}

/** Begins an act on everything that one cause holds up. */
async function retryAll(api: Api): Promise<string> {
  const read = () => api.request<{ causes: { fingerprint: string }[] }>("GET", "/v1/failures/causes");
  await until(async () => (await read()).causes.length > 0, { what: "a cause of failures" });
  const [cause] = (await read()).causes;
  const body = JSON.stringify({ action: "retry", ratePerSecond: 5 });
  const headers = { "content-type": "application/json" };
  return (await api.request<{ id: string }>("POST", `/v1/failures/causes/${cause?.fingerprint ?? ""}/act`, { body, headers })).id;
}

function pagesOf(trace: number, act: string): readonly ConsolePage[] {
  const filter = 'type == "example/person"';
  return [
    ...places,
    { name: "Register an endpoint", path: "/functions/register" },
    { name: "Write a function", path: "/functions/write" },
    { name: "one entity", path: "/entities/example/person/ada" },
    { name: "an entity's history", path: "/entities/example/person/ada?tab=history" },
    { name: "one function type", path: "/functions?type=example%2Fperson" },
    { name: "the endpoints", path: "/functions?view=endpoints" },
    { name: "one module", path: "/modules/greeter" },
    { name: "one module as a form", path: "/modules/greeter?edit=form" },
    { name: "one trace", path: `/traces/${trace}` },
    { name: "the flow as a table", path: "/flow?view=table" },
    { name: "the flow, filtered", path: `/flow?filter=${encodeURIComponent(filter)}` },
    { name: "the flow with a type chosen", path: `/flow?${new URLSearchParams({ filter, open: "t.example/person" }).toString()}` },
    { name: "a filter that is none", path: "/flow?filter=typo%3Ax" },
    { name: "breakpoints", path: "/flow/breakpoints" },
    { name: "an egress", path: "/flow/egress/io.statefun.playground/egress" },
    { name: "invariants", path: "/failures/invariants" },
    { name: "an act on many", path: `/failures/acts/${act}` },
    { name: "bootstrap", path: "/savepoints/bootstrap" },
    { name: "the restore dialog", path: "/savepoints", act: askToRestore },
    { name: "a move", path: "/savepoints/move" },
    { name: "a comparison", path: "/savepoints/compare?etype=example%2Fperson&entity=ada" },
    { name: "a page that is not there", path: "/nowhere" },
  ];
}

async function askToRestore(page: Page): Promise<void> {
  await page.getByRole("grid").getByRole("row").nth(1).click();
  await page.getByRole("button", { name: "Restore…" }).click();
  await expect(page.getByRole("dialog").getByRole("button", { name: /^Restore, undo/ })).toBeVisible();
}

/** Opens the page and waits for its data: the first live frame and the first query. */
export async function openWithData(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading").first()).toBeAttached();
  await expect(page.getByRole("status", { name: /loading/i })).toHaveCount(0);
}
