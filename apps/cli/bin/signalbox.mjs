#!/usr/bin/env node
/**
 * The program behind `npx signalbox`: it says which Node it needs, then runs src/main.ts. It is JavaScript, because an older Node cannot
 * read types.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `signalbox needs Node 22.18 or later and this is ${process.versions.node}. In this repository \`npx signalbox\` finds the right one.`,
  );
  process.exit(1);
}
await import("../src/main.ts");
