/** Browser tests: one worker (two cores are shared with the gateway and the functions), Debian's Chromium, no downloads. */
import { defineConfig } from "@playwright/test";

const ci = process.env["CI"] === "true";

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../test-results/browser",
  workers: 1,
  fullyParallel: false,
  forbidOnly: ci,
  // A browser test that fails is tried once more; tools/ci-summary.ts names one that then passes as flaky.
  retries: ci ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: ci ? [["list"], ["json"]] : [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env["SIGNALBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
