/**
 * Stands in for console-main.mjs in tests: answers with its process id and its request, dies on /die, ignores the signal to end after
 * /deaf, and ends a kept connection on /kept.
 */
import { createServer } from "node:http";

const [socketPath = "", folder = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit(0));
process.on("message", () => process.send?.("alive"));
if (folder === "broken") throw new Error("no such build");
const used = new WeakSet<object>();
const server = createServer((request, response) => {
  // The connection ends just when it is used again, like one that has been idle for too long.
  if (request.url === "/kept" && used.has(request.socket)) {
    request.socket.destroy();
    return;
  }
  used.add(request.socket);
  if (request.url === "/die") process.exit(3);
  if (request.url === "/deaf") process.on("SIGTERM", () => undefined);
  if (request.url === "/break") {
    request.socket.destroy();
    return;
  }
  let body = "";
  request.on("data", (data: Buffer) => {
    body += data.toString("utf8");
  });
  request.on("end", () =>
    response.end(JSON.stringify({ pid: process.pid, method: request.method, url: request.url, headers: request.headers, body })),
  );
});
server.listen(socketPath, () => process.send?.("ready"));
