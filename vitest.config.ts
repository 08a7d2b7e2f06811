/**
 * All tests that need no browser. Node's own module loader strips types; the console's unit tests run here too and ask for
 * happy-dom or nothing by themselves (`// @vitest-environment`).
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "packages/*/src/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
      "apps/console/**/*.test.{ts,tsx}",
      "tools/**/*.test.ts",
      "e2e/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/.next/**"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: files that start processes must not starve each other.
    maxWorkers: 2,
    passWithNoTests: false,
    // A CommonJS package is what Node makes of it in production too.
    deps: { interopDefault: false },
  },
  oxc: { jsx: { runtime: "automatic" } },
});
