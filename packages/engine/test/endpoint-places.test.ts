/**
 * An endpoint leads to no place that it was not allowed: not by an address in disguise, not by a name that resolves to one, not by a link.
 */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anyPlace, type EndpointPlaces, parsePlaces, type ResolveHost } from "../src/adapters/endpoint-places.ts";
import { createTransport } from "../src/adapters/create-transport.ts";
import { httpTarget } from "../src/adapters/http/transport-url.ts";
import { cleanups, endpointAt, listen, octets, request } from "./transport-http-harness.ts";

function places(patterns: readonly string[], resolve?: ResolveHost): EndpointPlaces {
  const parsed = parsePlaces(patterns, resolve);
  if (parsed.kind === "error") throw new Error(parsed.reason);
  return parsed.places;
}

const lookupAll = (by: EndpointPlaces, host: string): Promise<unknown> =>
  new Promise((resolve, reject) => by.lookup(host, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error))));

const fixed =
  (...addresses: string[]): ResolveHost =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));

describe("metadata and link-local addresses are withheld", () => {
  test.each([
    "http://169.254.169.254/latest/meta-data",
    "http://169.254.0.1/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::169.254.169.254]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[fe80::1]/",
    "http://[febf::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fd00:ec2::23]/",
    "http://[::ffff:0:169.254.169.254]/",
    "http://[64:ff9b:1::169.254.170.2]/",
    "http://[64:ff9b::168.63.129.16]/",
    "http://[2002:c000:c0::1]/",
    "http://[2002:a83f:8110::1]/",
    "http://192.0.0.192/",
    "http://100.100.100.200/",
    "http://[::ffff:100.100.100.200]/",
    "http://168.63.129.16/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
    "http://１６９.254.169.254/",
    "http://169。254。169。254/",
    "http://169.254.169.254.:80/",
  ])("%s", (url) => {
    const parsed = httpTarget(url, "x");
    if (parsed.kind === "error") throw new Error(parsed.reason);
    for (const by of [anyPlace, places(["*"]), places(["0.0.0.0/0", "::/0"]), places(["metadata.google.internal", "10.0.0.0/8"])])
      expect(by.hostRefusal(new URL(parsed.target.origin).hostname), url).toBeDefined();
  });

  test.each(["127.0.0.1", "localhost", "10.0.0.1", "::1", "fd00::1", "fn.example", "100.100.100.201", "169.253.0.1"])(
    "%s is not withheld",
    (host) => {
      expect(anyPlace.hostRefusal(host)).toBeUndefined();
    },
  );

  test("unless an address or a subnet allows them", () => {
    expect(places(["169.254.170.2"]).hostRefusal("169.254.170.2")).toBeUndefined();
    expect(places(["169.254.170.0/24"]).hostRefusal("169.254.170.2")).toBeUndefined();
    expect(places(["169.254.170.0/24"]).hostRefusal("169.254.169.254")).toBeDefined();
    expect(places(["[fe80::1]"]).hostRefusal("[fe80::1]")).toBeUndefined();
  });
});

describe("a name", () => {
  test("that resolves to a withheld address leads nowhere, also when only one of its addresses is", async () => {
    await expect(lookupAll(places([], fixed("169.254.169.254")), "innocent.example")).rejects.toMatchObject({ code: "FORBIDDEN_PLACE" });
    await expect(lookupAll(places([], fixed("::ffff:169.254.169.254", "fe80::1%eth0")), "innocent.example")).rejects.toMatchObject({
      code: "FORBIDDEN_PLACE",
    });
    expect(await lookupAll(places([], fixed("169.254.169.254", "10.0.0.1")), "innocent.example")).toEqual([
      { address: "10.0.0.1", family: 4 },
    ]);
  });

  test("is checked against the addresses that it resolves to at every connection, whatever it resolved to before", async () => {
    let at = "127.0.0.1";
    const by = places([], (host) => fixed(at)(host));
    expect(await lookupAll(by, "rebound.example")).toEqual([{ address: "127.0.0.1", family: 4 }]);
    at = "169.254.169.254";
    await expect(lookupAll(by, "rebound.example")).rejects.toMatchObject({ code: "FORBIDDEN_PLACE" });
  });

  test("is resolved once when several calls ask at the same time", async () => {
    let asked = 0;
    const by = places([], (host) => {
      asked++;
      return fixed("10.0.0.1")(host);
    });
    await Promise.all(Array.from({ length: 50 }, () => lookupAll(by, "slow.example")));
    expect(asked).toBe(1);
  });

  test("is allowed by its own pattern, by a wildcard, or by the subnet in which it lies", async () => {
    const named = places(["fn.example", "*.svc.example"], fixed("10.0.0.1"));
    expect(named.hostRefusal("FN.example.")).toBeUndefined();
    expect(named.hostRefusal("a.svc.example")).toBeUndefined();
    for (const host of ["other.example", "svc.example", "fn.example.evil", "xfn.example", "10.0.0.1", "127.0.0.1"])
      expect(named.hostRefusal(host)).toContain("SIGNALBOX_ENDPOINT_ALLOW");
    const inside = places(["10.0.0.0/8"], fixed("10.1.2.3"));
    expect(await lookupAll(inside, "any.example")).toHaveLength(1);
    await expect(lookupAll(places(["10.0.0.0/8"], fixed("11.0.0.1")), "any.example")).rejects.toMatchObject({ code: "FORBIDDEN_PLACE" });
  });
});

describe("a socket", () => {
  test("is allowed by its path, and a link by its target; sockets that govern the machine need their exact name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-places-"));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    expect(anyPlace.socketRefusal(join(folder, "fn.sock"))).toBeUndefined();
    for (const path of ["/var/run/docker.sock", "/run/containerd/containerd.sock"])
      expect(anyPlace.socketRefusal(path)).toContain("governs");
    expect(places(["/var/run/docker.sock"]).socketRefusal("/var/run/docker.sock")).toBeUndefined();
    expect(places(["fn.example"]).socketRefusal("/run/fn.sock")).toContain("SIGNALBOX_ENDPOINT_ALLOW");
    const by = places([`${folder}/*.sock`]);
    expect(by.socketRefusal(join(folder, "fn.sock"))).toBeUndefined();
    expect(by.socketRefusal(join(folder, "deeper/fn.sock"))).toBeDefined();
    await symlink("/etc/hostname", join(folder, "link.sock"));
    expect(by.socketRefusal(join(folder, "link.sock"))).toBeDefined();
  });
});

test.each(["", "http://x", "a b", "10.0.0.0/33", "10.0.0.0/x", "fn.example:80", "{x}"])("%j is not a pattern", (pattern) => {
  expect(parsePlaces([pattern]).kind).toBe("error");
});

test("a call to a forbidden place fails with a code of its own over each transport, and nothing arrives there", async () => {
  let requests = 0;
  const port = await listen(
    http.createServer((_incoming, response) => {
      requests++;
      response.writeHead(200, octets).end();
    }),
  );
  const transport = createTransport({ places: places(["fn.example"], fixed("127.0.0.1")) });
  cleanups.push(() => transport.close());
  const code = async (url: string): Promise<unknown> => {
    const outcome = await transport.invoke(request(endpointAt(url)));
    return outcome.kind === "failure" ? outcome.failure.code : outcome.kind;
  };
  for (const url of [
    `http://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `grpc://127.0.0.1:${port}`,
    "http+unix:///run/x.sock/",
    "http://169.254.169.254/",
  ])
    expect(await code(url), url).toBe("ENDPOINT_FORBIDDEN");
  expect(requests).toBe(0);
  expect(await code(`http://fn.example:${port}/`)).toBe("reply");
  const rebound = createTransport({ places: places([], fixed("169.254.169.254")) });
  cleanups.push(() => rebound.close());
  for (const url of [`http://fn.example:${port}/`, `https://fn.example:${port}/`, `grpc://fn.example:${port}`])
    expect(await rebound.invoke(request(endpointAt(url))), url).toMatchObject({ failure: { code: "ENDPOINT_FORBIDDEN", scope: "down" } });
});
