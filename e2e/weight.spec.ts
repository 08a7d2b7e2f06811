/**
 * What each page makes a first visitor load: all its scripts, those of its workers too, as the gateway would send them zipped. A page that
 * is opened and looked at stays below the limit; what is fetched when a person first opens an editor or a palette is not part of it. Set
 * SIGNALBOX_WEIGHT_LIST to print the list.
 */
import { gzipSync } from "node:zlib";
import { expect, type Browser } from "@playwright/test";
import { places, startStack, type Stack } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const scriptBytesMax = 350 * 1_000;
const ada = { type: "example/person", id: "ada" };

let stack: Stack;
let trace = 0;

test.beforeAll(async () => {
  stack = await startStack();
  const { api } = stack.gateway;
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url));
  trace = (await api.send(ada, "hello")).traceId;
  await until(async () => (await api.state(ada, "visits")) === 1, { what: "one visit" });
});

test.afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

const more = [
  { name: "Overview as a wall", path: "/?wall=1" },
  { name: "one entity", path: "/entities/example/person/ada" },
  { name: "one module", path: "/modules/greeter" },
  { name: "one module as a form beside its text", path: "/modules/greeter?edit=both" },
  { name: "Register an endpoint", path: "/functions/register" },
  { name: "Write a function", path: "/functions/write" },
  { name: "Bootstrap", path: "/savepoints/bootstrap" },
  { name: "Move", path: "/savepoints/move" },
  { name: "Compare", path: "/savepoints/compare" },
  { name: "one trace", path: "" },
];

for (const { name, path } of [...places, ...more]) {
  test(`${name} loads at most ${scriptBytesMax / 1_000} KB of script`, async ({ browser }) => {
    const { scripts, german } = await scriptsOf(browser, `${stack.gateway.url}${path === "" ? `/traces/${trace}` : path}`);
    const total = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (process.env["SIGNALBOX_WEIGHT_LIST"] !== undefined) {
      const heaviest = [...scripts].toSorted(([, left], [, right]) => right - left).slice(0, 5);
      console.log(
        `${name}: ${Math.round(total / 1_000)} KB`,
        heaviest.map(([url, bytes]) => `${url.split("/").at(-1)} ${bytes}`).join(", "),
      );
    }
    expect(scripts.size).toBeGreaterThan(5);
    expect(total).toBeLessThanOrEqual(scriptBytesMax);
    expect(german).toEqual([]);
  });
}

interface Fetched {
  /** The scripts by URL, with their zipped size. */
  readonly scripts: ReadonlyMap<string, number>;
  /** Scripts with German texts, which only readers of German load. */
  readonly german: readonly string[];
}

/** Returns the scripts that a browser fetches which has nothing yet, and reads English. */
async function scriptsOf(browser: Browser, url: string): Promise<Fetched> {
  const context = await browser.newContext();
  const bodies = new Map<string, Promise<number>>();
  const german: string[] = [];
  context.on("response", (response) => {
    const address = new URL(response.url());
    if (!address.pathname.endsWith(".js") || bodies.has(address.pathname)) return;
    bodies.set(
      address.pathname,
      response.body().then((body) => {
        if (body.includes("Nachrichten")) german.push(address.pathname);
        return gzipSync(body).length;
      }),
    );
  });
  const page = await context.newPage();
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Timeline" }).getByText("Live", { exact: true })).toBeVisible();
  await expect(page.getByRole("status", { name: /loading/i })).toHaveCount(0);
  // What the page fetches by itself later is included: charts, the graph and its layout.
  let count = -1;
  await expect(() => {
    const before = count;
    count = bodies.size;
    expect(count).toBe(before);
  }).toPass({ intervals: [2_500], timeout: 60_000 });
  const sizes = new Map<string, number>();
  for (const [path, size] of bodies) sizes.set(path, await size);
  await context.close();
  return { scripts: sizes, german };
}
