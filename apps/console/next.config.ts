/**
 * Next's settings for the console. The gateway serves the built app in a process of its own; the roots are the repository's. Next writes
 * the base path into what it builds, so each base path has a folder of its own beside .next (apps/gateway/src/listener/base-path.ts names
 * it too, and the build and the server get it in SIGNALBOX_BASE_PATH, in its normal form).
 */
import path from "node:path";
import type { NextConfig } from "next";

const repositoryRoot = path.join(process.cwd(), "../..");
// oxlint-disable-next-line eslint/no-restricted-properties -- the build and the process that renders are told so.
const basePath = process.env["SIGNALBOX_BASE_PATH"] ?? "";

const config: NextConfig = {
  // The gateway's shared modules are TypeScript sources.
  transpilePackages: ["@signalbox/gateway"],
  basePath,
  distDir: `.next${basePath.replaceAll("/", "@")}`,
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
};

export default config;
