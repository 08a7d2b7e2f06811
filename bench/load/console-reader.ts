/**
 * ConsoleReader: a console that looks on while a load runs. openConsole is a real Chromium on one of its pages; readLiveStream is one
 * reader of the live stream that asks for what the page Flow asks for and reads every byte, for jobs in which Chromium's own CPU would be
 * what is measured.
 */
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { until } from "../../e2e/stack/until.ts";
import { NotAvailable } from "../job.ts";

const executablePath = process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium";

export async function openConsole(url: string, path: string): Promise<{ close(): Promise<void> }> {
  if (!existsSync(executablePath)) throw new NotAvailable(`no Chromium at ${executablePath} (SIGNALBOX_TEST_CHROMIUM names another)`);
  await until(async () => (await fetch(`${url}${path}`)).ok, {
    what: `the console at ${url}${path}; is it built (node tools/generate.ts --console)?`,
    timeoutMs: 60_000,
    everyMs: 200,
  });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${url}${path}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
  } catch (error) {
    await browser.close();
    throw error;
  }
  return browser;
}

export interface LiveReader {
  readonly bytes: () => number;
  close(): Promise<void>;
}

export async function readLiveStream(url: string): Promise<LiveReader> {
  // The page Flow asks for this: the graph and a tail without a filter.
  const input = encodeURIComponent(JSON.stringify({ flow: true, tails: [""], entities: [], timelineAfterMs: 0 }));
  const ending = new AbortController();
  const response = await fetch(`${url}/trpc/live.stream?input=${input}`, {
    headers: { accept: "text/event-stream" },
    signal: ending.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`the live stream answered ${response.status}: ${await response.text()}`);
  let bytes = 0;
  const reading = (async () => {
    for await (const chunk of response.body ?? []) bytes += chunk.length;
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    bytes: () => bytes,
    async close() {
      ending.abort();
      await reading;
    },
  };
}
