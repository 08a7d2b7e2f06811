/**
 * A header that may occur once is refused when it occurs twice, also at the ports of the playground, which are separate servers.
 */
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openPlaygroundServer } from "../../src/connectors/playground/playground-server.ts";
import { repeatedHeader } from "../../src/listener/repeated-header.ts";

test.each(["Host", "Authorization", "Content-Type", "Content-Encoding", "Idempotency-Key", "If-Match"])(
  "two of %s are refused by that name",
  (name) => {
    const rawHeaders = ["Accept", "a", name.toUpperCase(), "a", "Accept", "b", name.toLowerCase(), "a"];
    expect(repeatedHeader({ rawHeaders })).toMatchObject({ code: "INVALID_REQUEST", where: name });
    expect(repeatedHeader({ rawHeaders: rawHeaders.slice(0, 6) })).toBeUndefined();
  },
);

test("a header's value is not mistaken for a name", () => {
  expect(repeatedHeader({ rawHeaders: ["a", "host", "b", "host", "Host", "host"] })).toBeUndefined();
});

test("a port of the playground refuses them before any effect", async () => {
  const port = await freePort();
  let handled = 0;
  const open = await openPlaygroundServer(
    port,
    {
      host: "127.0.0.1",
      site: { refusalWhereAllActs: () => undefined } as never,
      identity: { principalOf: () => ({ kind: "everybody" }) } as never,
      logError: () => undefined,
    },
    (_request, response) => {
      handled++;
      response.end();
    },
  );
  const status = (key: string | string[]): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ port, host: "127.0.0.1", method: "POST", headers: { "idempotency-key": key } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject).end();
    });
  expect([await status("a"), await status(["a", "b"]), handled]).toEqual([200, 400, 1]);
  await open.close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
