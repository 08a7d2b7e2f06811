/**
 * The console below a path of a proxy: every page, a message, a savepoint's file, and what is offered for copying, through a real nginx
 * that keeps the prefix and through one that removes it. Nothing may be asked for outside of the path.
 */
import { expect, type Page } from "@playwright/test";
import { open, places } from "./journey.ts";
import { Api } from "./stack/api.ts";
import { freePorts } from "./stack/child.ts";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { hasNginx, Nginx, nginxProgram, proxyServer } from "./stack/nginx.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

test.skip(!hasNginx, `there is no ${nginxProgram}; SIGNALBOX_TEST_NGINX names another`);

let gateway: Gateway;
let greeter: Functions;
let nginx: Nginx;
const roots = { "keeps the prefix": "", "takes the prefix away": "" };

test.beforeAll(async () => {
  const [keeps = 0, strips = 0] = await freePorts(2);
  greeter = await Functions.start("examples/greeter-javascript/functions.js");
  gateway = await Gateway.start({ SIGNALBOX_BASE_PATH: "/sb" });
  const { url: gatewayUrl } = gateway;
  const servers = [proxyServer({ gatewayUrl, port: keeps }), proxyServer({ gatewayUrl, port: strips, strips: true })];
  nginx = await Nginx.start(servers.join("\n"), strips);
  roots["keeps the prefix"] = `http://127.0.0.1:${keeps}`;
  roots["takes the prefix away"] = `http://127.0.0.1:${strips}`;
  await new Api(gateway.url).applyModule("greeter", endpointYaml("example/*", greeter.url));
  await until(async () => (await fetch(`${gateway.url}/sb/flow`)).ok, { what: "the console below /sb", timeoutMs: 60_000 });
});

test.afterAll(async () => {
  await nginx?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await greeter?.[Symbol.asyncDispose]();
});

/** Collects what goes wrong while a page is looked at: error answers, requests outside of the path, scripts that may not run. */
function watch(page: Page, root: string): string[] {
  const wrong: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (url.startsWith("http") && !(url.startsWith(root) && /^\/sb(?:[/?]|$)/.test(url.slice(root.length)))) wrong.push(`asked for ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) wrong.push(`${response.status()} ${response.url()}`);
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  return wrong;
}

for (const way of ["keeps the prefix", "takes the prefix away"] as const) {
  test(`every page loads and is reached by its link, through a proxy that ${way}`, async ({ page }) => {
    const base = `${roots[way]}/sb`;
    const wrong = watch(page, roots[way]);
    for (const { name, path } of places) {
      await page.goto(base + path);
      await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
      await expect(page.getByRole("status", { name: /loading/i })).toHaveCount(0);
    }
    for (const { name, path } of [...places].reverse()) {
      await open(page, name);
      await expect(page).toHaveURL(path === "/" ? /\/sb\/?$/ : new RegExp(`/sb${path}(\\?|$)`));
    }
    const icon = (await page.locator("link[rel=icon]").first().getAttribute("href")) ?? "";
    expect(icon).toMatch(/^\/sb\/icon/);
    expect((await page.request.get(roots[way] + icon)).status()).toBe(200);
    const moved = await page.request.get(`${base}/flow/`, { maxRedirects: 0 });
    expect([moved.status(), moved.headers()["location"]]).toEqual([308, "/sb/flow"]);
    expect(wrong).toEqual([]);
  });

  test(`a message is sent, seen live and read, through a proxy that ${way}`, async ({ page }) => {
    const base = `${roots[way]}/sb`;
    const id = `ada-${way.length}`;
    const wrong = watch(page, roots[way]);
    const watcher = await page.context().newPage();
    const alsoWrong = watch(watcher, roots[way]);
    await watcher.goto(`${base}/flow`);
    const tail = watcher.getByRole("listbox", { name: /^Rows of the tail/ });
    await page.goto(`${base}/send`);
    await page.getByLabel("Function type").fill("example/person");
    await page.getByLabel("Id", { exact: true }).fill(id);
    await page.getByRole("textbox", { name: "Body" }).fill("hello");
    await page.getByRole("button", { name: /^Send/ }).click();
    await expect(page).toHaveURL(/\/sb\/traces\/\d+/);
    await expect(tail.getByRole("option").filter({ hasText: `example/person/${id}` })).toHaveCount(1);
    await page.goto(`${base}/entities/example/person/${id}`);
    await expect(page.getByText("visits", { exact: true }).first()).toBeVisible();

    await open(page, "Savepoints");
    await page.getByRole("button", { name: "Take a savepoint" }).first().click();
    await page.getByText("ready", { exact: true }).first().click();
    const file = page.locator("a[download]").first();
    await expect(file).toHaveAttribute("href", /^\/sb\/v1\/savepoints\/.+\/file$/);
    const answer = await page.request.get(roots[way] + ((await file.getAttribute("href")) ?? ""));
    expect([answer.status(), answer.headers()["content-type"]]).toEqual([200, "application/vnd.sqlite3"]);
    expect(alsoWrong).toEqual([]);
    expect(wrong).toEqual([]);
  });
}
