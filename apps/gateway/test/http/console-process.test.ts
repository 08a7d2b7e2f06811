/** ConsoleProcess: pages come from a process of their own that begins when it is needed and whose end costs only its own pages. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../../../../e2e/stack/until.ts";
import { ConsoleProcess } from "../../src/http/console-process.ts";

// Each begins processes of its own.
vi.setConfig({ testTimeout: 30_000 });

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(options: { folder?: string; idleMs?: number } = {}): Promise<string> {
  const program = new URL("console-stand-in.ts", import.meta.url);
  const pages = new ConsoleProcess({ folder: "pages", hostname: "127.0.0.1", port: 1, program, ...options });
  const server = createServer((request, response) => pages.handle(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  cleanups.push(
    () => pages.close(),
    () => new Promise((done) => server.close(done).closeAllConnections()),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function page(url: string, init?: RequestInit): Promise<{ pid: number; method: string; url: string; body: string }> {
  const response = await fetch(url, init);
  expect(response.status).toBe(200);
  return (await response.json()) as { pid: number; method: string; url: string; body: string };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("hands requests on as they came, from one process", async () => {
  const base = await serve();
  const [first, second] = await Promise.all([page(`${base}/flow?x=1`), page(`${base}/send`, { method: "POST", body: "hello" })]);
  expect(first).toMatchObject({ method: "GET", url: "/flow?x=1", body: "" });
  expect(second).toMatchObject({ method: "POST", url: "/send", body: "hello", pid: first.pid });
});

test("ends when nobody has asked for a page, and the next request begins another", async () => {
  const base = await serve({ idleMs: 50 });
  const { pid } = await page(base);
  await until(async () => !alive(pid), { what: "the idle console to end", timeoutMs: 20_000 });
  expect((await page(base)).pid).not.toBe(pid);
});

test("a console that dies costs the page it was rendering; the next request begins another", async () => {
  const base = await serve();
  const { pid } = await page(base);
  const dying = await fetch(`${base}/die`);
  expect(dying.status).toBe(502);
  expect(await dying.text()).toContain("load it again");
  expect((await page(base)).pid).not.toBe(pid);
});

test("a console that cannot start says why on its pages", async () => {
  const response = await fetch(await serve({ folder: "broken" }));
  expect(response.status).toBe(502);
  expect(await response.text()).toContain("no such build");
});
