/**
 * Next's settings for the console. The gateway serves the built app in its own process, so the roots are the
 * repository's and the dist directory stays the default one.
 */
import path from "node:path";
import type { NextConfig } from "next";

const repositoryRoot = path.join(process.cwd(), "../..");

const config: NextConfig = {
  // Its shared modules are TypeScript as they stand.
  transpilePackages: ["@signalbox/gateway"],
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
};

export default config;
