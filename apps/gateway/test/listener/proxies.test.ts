/**
 * Which proxies may name the client: those on this machine and the configured ones. Addresses before the last unknown one in the chain are
 * not believed.
 */
import { describe, expect, test } from "vitest";
import { isNetwork, Proxies } from "../../src/listener/proxies.ts";

type Asking = Parameters<Proxies["addressOf"]>[0];
const from = (remoteAddress: string, headers: Record<string, string> = {}): Asking => ({ socket: { remoteAddress }, headers }) as Asking;
const proxies = new Proxies(["10.42.0.0/16", "fd12::/16", "192.0.2.1"]);

describe("the address of a client", () => {
  test.each([
    ["nobody's word off this machine", "198.51.100.7", "203.0.113.9", "198.51.100.7"],
    ["what a proxy on this machine says", "127.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["what a named one says", "10.42.3.4", "203.0.113.9", "203.0.113.9"],
    ["the same where IPv6 writes its address", "::ffff:10.42.3.4", "203.0.113.9", "203.0.113.9"],
    ["the last of the chain that is no proxy", "10.42.3.4", "1.2.3.4, 203.0.113.9, fd12::1, 192.0.2.1", "203.0.113.9"],
    ["the first where all are proxies", "127.0.0.1", "10.42.0.9, 127.0.0.1", "10.42.0.9"],
    ["the proxy where it says nothing", "10.42.3.4", " , ", "10.42.3.4"],
    ["cut", "127.0.0.1", "x".repeat(5_000), "x".repeat(100)],
  ])("is %s", (_what, peer, said, address) => {
    expect(proxies.addressOf(from(peer, { "x-forwarded-for": said }))).toBe(address);
  });
});

test("TLS ends where a trusted proxy says so, and nowhere else", () => {
  const overTls = { "x-forwarded-proto": "https" };
  expect(["127.0.0.1", "10.42.0.1", "10.43.0.1"].map((peer) => proxies.isOverTls(from(peer, overTls)))).toEqual([true, true, false]);
  expect(new Proxies().isOverTls(from("10.42.0.1", overTls))).toBe(false);
  expect(proxies.isOverTls(from("127.0.0.1"))).toBe(false);
});

test.each([
  ["10.0.0.0/8", true],
  ["::1", true],
  ["fd00::/8", true],
  ["10.0.0.0/33", false],
  ["10.0.0.0/", false],
  ["proxy.example", false],
  ["10.0.0.0/8/8", false],
])("%s is a network: %s", (text, is) => {
  expect(isNetwork(text)).toBe(is);
});
