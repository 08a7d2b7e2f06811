/**
 * The start of `npm start` and `npm run dev`: it checks the version of Node, switches the cache of compiled modules on and continues in
 * start.ts. It is JavaScript for the reasons that apps/gateway/src/main.mjs gives.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(`Signalbox needs Node 24 and this is ${process.versions.node}. Run it as "npm start": npm install brings the right Node.`);
  process.exit(1);
}
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
await import("./start.ts");
