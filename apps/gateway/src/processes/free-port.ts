/** freePort: a port of the loopback address that was free a moment ago, for programs that cannot listen on a Unix domain socket. */
import { createServer } from "node:net";

/** Rejects when `wanted` is not 0 and that port is taken. */
export function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
