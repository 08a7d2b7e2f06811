/**
 * console-main: the process that renders the built console, on a socket that only the gateway knows.
 * Arguments: socket path, console folder, the gateway's host name and port. It says "ready" to its parent and ends with it, whatever
 * way that ends. JavaScript for the reasons that ../main.mjs gives.
 */
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { enableCompileCache, flushCompileCache } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../../../node_modules/.cache/compiled", import.meta.url)));
const { openNext } = await import("./open-next.ts");

const [socketPath = "", folder = "", hostname = "", port = ""] = process.argv.slice(2);
process.on("disconnect", () => {
  // A gateway that was killed cleans nothing up.
  rmSync(dirname(socketPath), { recursive: true, force: true });
  process.exit(0);
});
const server = createServer((request, response) => next.handle(request, response));
const next = await openNext({ dev: false, dir: folder, hostname, port: Number(port), httpServer: server });
server.listen(socketPath, () => {
  process.send?.("ready");
  flushCompileCache();
});
