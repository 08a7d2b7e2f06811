/**
 * Which host names are the gateway's, and which pages may send requests to it.
 */
import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";
import { SiteRules, type SiteOptions } from "../../src/listener/site-rules.ts";

const rules = (parts: Partial<SiteOptions> = {}): SiteRules =>
  new SiteRules({ host: "127.0.0.1", allowedHosts: [], allowedOrigins: [], ...parts });
const codeOf = (headers: IncomingHttpHeaders, parts: Partial<SiteOptions> & { method?: string } = {}): string =>
  rules(parts).refusal({ headers, method: parts.method ?? "POST" })?.code ?? "ok";
const codeWhereAllActs = (headers: IncomingHttpHeaders, parts: Partial<SiteOptions> = {}): string =>
  rules(parts).refusalWhereAllActs({ headers })?.code ?? "ok";

describe("the requested host name", () => {
  test.each([undefined, "", "localhost", "LOCALHOST:4280", "localhost.", "127.0.0.1:1", "127.8.9.10", "[::1]:4280", "[::ffff:7f00:1]"])(
    "on loopback %s is ours",
    (host) => expect(rules().allowsHost(host)).toBe(true),
  );
  test.each([
    "rebind.example:4280",
    "localhost.rebind.example",
    "127.0.0.1.rebind.example",
    "x.localhost",
    "10.0.0.1",
    "0.0.0.0:4280",
    "[::]",
    "2130706433",
    "0x7f.1",
    "127.1",
    "localhost@rebind.example",
    "rebind.example@localhost",
    "localhost, rebind.example",
    "localhost/",
    "localhost#",
    "localhost:",
    "localhost:123456",
    "[::1",
    "[localhost]",
    "%6cocalhost",
    "loc\u0430lhost",
  ])("on loopback %s is not ours", (host) => expect(rules().allowsHost(host)).toBe(false));

  test("off loopback numeric addresses are ours, and names only when they are listed", () => {
    const open = rules({ host: "0.0.0.0" });
    for (const host of ["10.1.2.3:4280", "[fe80::1]", "localhost:4280"]) expect(open.allowsHost(host)).toBe(true);
    for (const host of ["rebind.example", "box", "10.1.2.3.rebind.example"]) expect(open.allowsHost(host)).toBe(false);
    expect(rules({ host: "box.example" }).allowsHost("box.example:4280")).toBe(true);
  });

  test("listed names are ours, with their subdomains if they begin with a dot", () => {
    const listed = rules({ allowedHosts: ["Box.Example.", ".below.example"] });
    for (const host of ["box.example", "BOX.example:80", "a.b.below.example"]) expect(listed.allowsHost(host)).toBe(true);
    for (const host of ["a.box.example", "below.example", "xbelow.example"]) expect(listed.allowsHost(host)).toBe(false);
    expect(rules({ allowedHosts: ["*"] }).allowsHost("any.example")).toBe(true);
  });
});

describe("the page that calls", () => {
  test.each([
    ["http://localhost:4280", "localhost:4280"],
    ["https://localhost", "localhost:443"],
    ["http://localhost", "localhost:80"],
    ["https://localhost", "localhost"],
    ["http://localhost:80", "localhost"],
  ])("%s is the console of %s", (origin, host) => expect(codeOf({ origin, host })).toBe("ok"));
  test.each([
    ["http://localhost:5360", "localhost:4280"],
    ["http://localhost:5360", "localhost"],
    ["http://localhost.example", "localhost"],
    ["null", "localhost:4280"],
    ["", "localhost:4280"],
    ["file://", "localhost"],
    ["http://localhost:4280", undefined],
  ])("%s is foreign to %s", (origin, host) => expect(codeOf({ origin, ...(host === undefined ? {} : { host }) })).toBe("FOREIGN_ORIGIN"));

  test("a listed origin may call, also by the name that its proxy uses", () => {
    const parts = { allowedOrigins: ["https://sb.example.com", "http://localhost:5360"] };
    expect(codeOf({ origin: "https://sb.example.com", host: "127.0.0.1:4280" }, parts)).toBe("ok");
    expect(codeOf({ origin: "https://sb.example.com", host: "sb.example.com:443" }, parts)).toBe("ok");
    expect(codeOf({ origin: "http://localhost:5360", host: "localhost" }, parts)).toBe("ok");
    expect(codeOf({ origin: "http://sb.example.com", host: "127.0.0.1:4280" }, parts)).toBe("FOREIGN_ORIGIN");
  });

  test("of another site gets no answer to what it loads, but its links lead here", () => {
    for (const site of ["cross-site", "same-site"]) {
      const loaded = { host: "localhost", "sec-fetch-site": site, "sec-fetch-mode": "no-cors" };
      expect(codeOf(loaded, { method: "GET" })).toBe("FOREIGN_ORIGIN");
      expect(codeOf({ ...loaded, "sec-fetch-mode": "navigate" }, { method: "GET" })).toBe("ok");
      expect(codeOf({ ...loaded, "sec-fetch-mode": "navigate" }, { method: "POST" })).toBe("FOREIGN_ORIGIN");
    }
    for (const site of ["none", "same-origin"]) expect(codeOf({ host: "localhost", "sec-fetch-site": site })).toBe("ok");
  });

  test("may not lead here by a link where a GET acts", () => {
    expect(codeWhereAllActs({ host: "localhost" })).toBe("ok");
    expect(codeWhereAllActs({ host: "localhost", "user-agent": "curl/8.0" })).toBe("ok");
    expect(codeWhereAllActs({ host: "localhost", "user-agent": "Mozilla/5.0", "sec-fetch-site": "none" })).toBe("ok");
    expect(codeWhereAllActs({ host: "localhost", "user-agent": "Mozilla/5.0" })).toBe("FOREIGN_ORIGIN");
    expect(codeWhereAllActs({ host: "localhost", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBe("FOREIGN_ORIGIN");
    expect(codeWhereAllActs({ host: "rebind.example" })).toBe("FOREIGN_HOST");
  });
});
