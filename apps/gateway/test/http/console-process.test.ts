/**
 * ConsoleProcess: pages come from a separate process that begins when it is needed; when it ends, only its own pages fail.
 */
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../../../../e2e/stack/until.ts";
import { ConsoleProcess } from "../../src/surfaces/http/console-process.ts";

// Each test begins separate processes.
vi.setConfig({ testTimeout: 30_000 });

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(options: { folder?: string; idleMs?: number; basePath?: string } = {}): Promise<string> {
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

test("hands requests on unchanged, from one process", async () => {
  const base = await serve();
  const [first, second] = await Promise.all([page(`${base}/flow?x=1`), page(`${base}/send`)]);
  expect(first).toMatchObject({ method: "GET", url: "/flow?x=1", body: "" });
  expect(second).toMatchObject({ method: "GET", url: "/send", pid: first.pid });
});

test("a kept connection that ends as it is used again costs no page", async () => {
  const base = await serve();
  const { pid } = await page(base);
  expect(await page(`${base}/kept`)).toMatchObject({ url: "/kept", pid });
});

test("the renderer is asked below its base path, and its first page without a trailing slash", async () => {
  const base = await serve({ basePath: "/sb" });
  const asked = await Promise.all(["/", "/?x=1", "/flow?x=1", "//x"].map(async (path) => (await page(base + path)).url));
  expect(asked).toEqual(["/sb", "/sb?x=1", "/sb/flow?x=1", "/sb//x"]);
});

test("ends when nobody has asked for a page, and the next request begins another", async () => {
  const base = await serve({ idleMs: 50 });
  const { pid } = await page(base);
  await until(async () => !alive(pid), { what: "the idle console to end", timeoutMs: 20_000 });
  expect((await page(base)).pid).not.toBe(pid);
});

test("a console that does not end when told to is killed", async () => {
  const pages = new ConsoleProcess({
    folder: "pages",
    hostname: "127.0.0.1",
    port: 1,
    program: new URL("console-stand-in.ts", import.meta.url),
  });
  const server = createServer((request, response) => pages.handle(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  cleanups.push(() => new Promise((done) => server.close(done).closeAllConnections()));
  const { pid } = await page(`http://127.0.0.1:${(server.address() as AddressInfo).port}/deaf`);
  process.kill(pid, "SIGTERM");
  await pages.close();
  expect(alive(pid)).toBe(false);
});

test("a console that dies costs the page it was rendering; the next request begins another", async () => {
  const base = await serve();
  const { pid } = await page(base);
  const dying = await fetch(`${base}/die`);
  expect(dying.status).toBe(502);
  expect(await dying.text()).toContain("load it again");
  expect((await page(base)).pid).not.toBe(pid);
});

test("a page whose connection breaks costs that page only: the console goes on", async () => {
  const base = await serve();
  const { pid } = await page(base);
  const broken = await Promise.all([fetch(`${base}/break`), fetch(`${base}/break`)]);
  expect(broken.map(({ status }) => status)).toEqual([502, 502]);
  expect((await page(base)).pid).toBe(pid);
});

test.each([
  ["trailer: x"],
  ["connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13"],
  ["expect: 100-continue"],
  ["content-length: 5"],
  ["transfer-encoding: chunked\r\ntrailer: host"],
  ["x-middleware-subrequest: middleware"],
  ["next-action: x"],
  ["connection: host"],
])("a request with %s reaches the console as a plain one, and the console lives", async (header) => {
  const base = await serve();
  const { pid } = await page(base);
  const socket = connect(Number(new URL(base).port), "127.0.0.1", () => socket.write(`GET /x HTTP/1.1\r\nhost: a\r\n${header}\r\n\r\n`));
  const received = await new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('"body":')) resolve(text);
    });
  });
  socket.destroy();
  const names = Object.keys((JSON.parse(/\{.*\}/s.exec(received)?.[0] ?? "{}") as { headers: object }).headers);
  expect(names.toSorted()).toEqual(["connection", "content-security-policy", "host"]);
  expect((await page(base)).pid).toBe(pid);
});

test("pages are kept by nobody and bring their policy; files with a hash in their name are kept", async () => {
  const base = await serve();
  const shown = await fetch(`${base}/flow`);
  expect(shown.headers.get("cache-control")).toBe("no-store");
  const asked = ((await shown.json()) as { headers: Record<string, string> }).headers["content-security-policy"];
  expect(shown.headers.get("content-security-policy")).toBe(asked);
  expect(asked).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}'/);
  expect((await fetch(`${base}/_next/static/a.js`)).headers.get("cache-control")).toContain("immutable");
  expect((await fetch(`${base}/send`, { method: "POST", body: "x" })).status).toBe(405);
});

test("a console that cannot start says why on its pages", async () => {
  const response = await fetch(await serve({ folder: "broken" }));
  expect(response.status).toBe(502);
  expect(await response.text()).toContain("no such build");
});
