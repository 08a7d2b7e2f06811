/**
 * `npm run dev`: the gateway with reload. The folders of the gateway's and the packages' sources are watched, and only those: what Next
 * writes while it compiles a page would restart the gateway under that page. Next itself reloads what changes in apps/console.
 * JavaScript like start.mjs, which this runs.
 */
import { spawn } from "node:child_process";

if (process.argv.length > 2) {
  const { toldOptions } = await import("./told-options.ts");
  const about = "The gateway with reload. Settings are variables of the environment (README.md).";
  toldOptions({ command: "npm run dev", about, options: {}, says: {} });
}

const watched = [
  "apps/gateway/src",
  "packages/engine/src",
  "packages/flink/src",
  "packages/runtime/src",
  "packages/proto/src",
  "prisma",
  "tools",
];
const parameters = [...watched.map((folder) => `--watch-path=${folder}`), "--watch-preserve-output", "tools/start.mjs"];
const child = spawn(process.execPath, parameters, { stdio: "inherit", env: { ...process.env, SIGNALBOX_DEV: "1" } });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.once("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 0);
});
