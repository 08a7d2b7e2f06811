/**
 * console-main: the process that renders the built console, on a socket that only the gateway knows.
 * Arguments: socket path, console folder, the gateway's host name and port. It says "ready" to its parent and ends with it, whatever
 * way that ends. JavaScript for the reasons that src/main.mjs gives.
 */
import { rmSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../../../../node_modules/.cache/compiled", import.meta.url)));
const { createGuardedServer } = await import("../../listener/guarded-listener.ts");
const { openNext } = await import("./open-next.ts");

const [socketPath = "", folder = "", hostname = "", port = ""] = process.argv.slice(2);
process.on("disconnect", () => {
  // A gateway that was killed cleans nothing up.
  rmSync(dirname(socketPath), { recursive: true, force: true });
  process.exit(0);
});
// The gateway asks after a connection broke.
process.on("message", () => process.send?.("alive"));
const server = createGuardedServer({
  handle: (request, response) => next.handle(request, response),
  failed: (_error, _request, response) => void response.destroy(),
});
const next = await openNext({ dev: false, dir: folder, hostname, port: Number(port), httpServer: server });
server.listen(socketPath, () => {
  process.send?.("ready");
  flushCompileCache();
});
