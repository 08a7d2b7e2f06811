/**
 * FlowPage: what the page Flow costs with 200 types in 10 namespaces and traffic through all of them: first paint of the graph, the longest
 * tasks of the main thread (by its CPU time; the wall beside it), frames a second while it is panned, bytes a second while nobody touches it. Real gateway, functions and Chromium.
 *   node bench/flow-page.ts [--per-second 300] [--seconds 20] [--shots folder]
 */
import { loadavg } from "node:os";
import { chromium, type Page } from "@playwright/test";
import { parseArgs } from "node:util";
import { moduleYaml } from "../e2e/functions/many-types-plan.ts";
import { sendTraffic } from "../e2e/functions/many-types-traffic.ts";
import { CountingLink } from "../e2e/stack/counting-link.ts";
import { Functions } from "../e2e/stack/functions.ts";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import { framesOf } from "./frames-of-page.ts";
import { longestTasks, type MainThreadTask } from "./main-thread-tasks.ts";

const { values } = parseArgs({
  options: { "per-second": { type: "string", default: "300" }, seconds: { type: "string", default: "20" }, shots: { type: "string" } },
});
const perSecond = Number(values["per-second"]);
const seconds = Number(values.seconds);
const PAN_MS = 5_000;

await using functions = await Functions.start("e2e/functions/many-types.ts");
await using gateway = await Gateway.start();
await gateway.api.applyModule("many", moduleYaml(functions.url));
const ending = new AbortController();
const traffic = sendTraffic(gateway.api, { perSecond, signal: ending.signal });
await until(async () => (await fetch(`${gateway.url}/flow`)).ok, { what: "the console to answer", timeoutMs: 60_000 });
await until(async () => (await graphSize()).nodes > 200, { what: "200 types to have traffic", timeoutMs: 60_000 });

await using link = await CountingLink.to(gateway.url);
const browser = await chromium.launch({
  executablePath: process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  // The first visit compiles and fills caches; the second is what a person sees.
  for (const visit of ["cold", "warm"]) {
    let paintedMs = 0;
    const tasks = await longestTasks(browser, page, async () => {
      const started = performance.now();
      await page.goto(`${link.url}/flow`);
      await page.locator(".react-flow__node").first().waitFor();
      paintedMs = Math.round(performance.now() - started);
      await page.waitForTimeout(3_000);
    });
    console.log(JSON.stringify({ visit, paintedMs, ...columns(tasks) }));
  }
  const panned = await framesOf(page, () => pan(page, PAN_MS));
  console.log(
    JSON.stringify({ panning: panned, longestTasks: await longestTasks(browser, page, () => pan(page, PAN_MS)), load: loadavg()[0] }),
  );
  const before = link.bytesToClient;
  const tasks = await longestTasks(browser, page, () => page.waitForTimeout(seconds * 1_000));
  const after = link.bytesToClient;
  const size = await graphSize();
  console.log(
    JSON.stringify({
      idleSeconds: seconds,
      bytesPerSecond: Math.round((after - before) / seconds),
      ...columns(tasks),
      boxes: await page.locator(".react-flow__node").count(),
      ...size,
    }),
  );
  if (values.shots !== undefined) await shots(page, values.shots);
} finally {
  await browser.close();
  ending.abort();
  await traffic;
}

/** Pans to and fro as a hand does, while dots move. */
async function pan(page: Page, lastsMs: number): Promise<void> {
  const box = await page.locator(".react-flow__pane").first().boundingBox();
  if (box === null) throw new Error("there is no graph to pan");
  const [x, y] = [box.x + box.width / 2, box.y + box.height - 12];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const started = performance.now();
  while (performance.now() - started < lastsMs) {
    await page.mouse.move(x - 160, y, { steps: 20 });
    await page.mouse.move(x + 160, y, { steps: 20 });
  }
  await page.mouse.up();
}

/** Gives both columns for the same tasks, in the same order. */
function columns(tasks: readonly MainThreadTask[]): { longestTasksCpuMs: number[]; theirWallMs: number[] } {
  return { longestTasksCpuMs: tasks.map(({ cpuMs }) => cpuMs), theirWallMs: tasks.map(({ wallMs }) => wallMs) };
}

async function graphSize(): Promise<{ nodes: number; edges: number }> {
  const reply = await gateway.api.request<{ result: { data: { nodes: unknown[]; edges: unknown[] } } }>("GET", "/trpc/flow.graph");
  return { nodes: reply.result.data.nodes.length, edges: reply.result.data.edges.length };
}

async function shots(page: Page, folder: string): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const [name, width, height] of [
      ["1440", 1440, 900],
      ["1024", 1024, 768],
      ["zoom-200", 720, 450],
      ["390", 390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(1_500);
      await page.screenshot({ path: `${folder}/flow-${theme}-${name}.png` });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("button", { name: /^ns3 / }).first().click();
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: `${folder}/flow-${theme}-open.png` });
    await page.getByRole("button", { name: /^ns3 / }).first().click();
  }
}
