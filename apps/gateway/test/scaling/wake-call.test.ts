/**
 * The call that wakes an endpoint ends with a reason, whatever the other side sends.
 */
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { placesOf } from "@signalbox/engine";
import { callWake } from "../../src/scaling/wake-call.ts";

test.each([
  ["a refusal", "HTTP/1.1 503 no\r\ncontent-length: 0\r\n\r\n", "it answered with status 503"],
  ["a redirect, which is not followed", "HTTP/1.1 302 x\r\nlocation: http://127.0.0.1:1/\r\n\r\n", "it answered with status 302"],
  [
    "a switch to another protocol",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "it switched to a protocol that was not asked for",
  ],
])("%s", async (_what, said, reason) => {
  const server = createServer((socket) => socket.on("error", () => undefined).once("data", () => socket.write(said)));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const wakeUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wake`;
  const wanted = { endpoint: "shop/*", module: "shop" };
  expect(await callWake(wanted, wakeUrl, { places: placesOf([]), signal: new AbortController().signal })).toBe(reason);
  server.close();
});
