/** The base path: each request means the same with it and without it, whichever way it comes. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { navigation } from "../../console/shell/navigation.ts";
import { ownRoutes, withBasePath, withoutBasePath } from "../src/listener/base-path.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "./support/start-gateway.ts";

describe("a URL", () => {
  it.each([
    ["/sb", "/"],
    ["/sb/", "/"],
    ["/sb?x=1", "/?x=1"],
    ["/sb/flow?x=/sb", "/flow?x=/sb"],
    ["/sb/sb/flow", "/sb/flow"],
    ["/sbx/flow", "/sbx/flow"],
    ["/flow", "/flow"],
    ["*", "*"],
  ])("%s is %s to the routes", (url, inner) => {
    expect(withoutBasePath(url, "/sb")).toBe(inner);
    expect(withoutBasePath(url, "")).toBe(url);
  });

  it.each([
    ["/", "/sb"],
    ["/?x=1", "/sb?x=1"],
    ["/flow", "/sb/flow"],
  ])("%s is %s to the renderer", (inner, url) => {
    expect(withBasePath(inner, "/sb")).toBe(url);
    expect(withBasePath(inner, "")).toBe(inner);
  });
});

it("no place of the console can be the beginning of a base path", () => {
  const app = join(import.meta.dirname, "../../console/app");
  const routes = globSync("**/{page.tsx,route.ts,icon.*}", { cwd: app }).map((file) => file.replace(/^\(\w+\)\//, "").split("/")[0]);
  const firstParts = new Set(
    [...navigation.map(({ path }) => path.slice(1)), ...routes].filter((part) => part !== "" && part !== "page.tsx"),
  );
  expect([...firstParts].filter((part) => !ownRoutes.includes(part ?? ""))).toEqual([]);
  expect(firstParts.size).toBeGreaterThan(8);
});

describe("a gateway below a base path", () => {
  let box: TestGateway;
  let functions: Awaited<ReturnType<typeof startFunctions>>;
  beforeAll(async () => {
    functions = await startFunctions();
    box = await startGateway({ basePath: "/sb" });
    expect((await box.fetch("/sb/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) })).status).toBe(200);
  });
  afterAll(async () => {
    expect(box.logged).toEqual([]);
    await box[Symbol.asyncDispose]();
    await functions.close();
  });

  it.each([
    ["GET", "/health", 200],
    ["GET", "/metrics", 200],
    ["GET", "/v1/modules/test", 200],
    ["GET", "/v1/none", 404],
    ["GET", "/v1/messages/test/visits/a", 405],
    ["GET", "/trpc/modules.list", 200],
    ["POST", "/v1/messages/test/visits/a", 202],
    ["POST", "/v1/messages/nobody/serves/a", 404],
  ])("%s %s is answered with it and without it", async (method, path, status) => {
    // An Origin of this gateway leads a message past the hot path, to node:http.
    for (const origin of [undefined, box.url]) {
      const [plain, below] = await Promise.all(
        [path, `/sb${path}`].map((each) => box.fetch(each, { method, headers: origin === undefined ? {} : { origin } })),
      );
      expect([plain?.status, below?.status]).toEqual([status, status]);
      expect(below?.headers.get("content-type")).toBe(plain?.headers.get("content-type"));
      // A refusal names the route, not the path by which the request came.
      if (status >= 400) expect(await below?.json()).toEqual(await plain?.json());
    }
  });

  it("the Location of an answer that is still to come is below it, over both ways of a call", async () => {
    for (const origin of [undefined, box.url]) {
      const headers = { "content-type": "application/json", ...(origin === undefined ? {} : { origin }) };
      const later = await box.fetch("/sb/v1/calls/test/visits/a?timeout=0ms", { method: "POST", headers, body: '"x"' });
      expect(later.status).toBe(202);
      const place = later.headers.get("location") ?? "";
      expect(place).toMatch(/^\/sb\/v1\/calls\/\d+$/);
      expect(await later.json()).toMatchObject({ answer: place });
      expect((await box.fetch(place)).status).toBeLessThan(300);
    }
  });

  it("a deprecated path names the current one below it", async () => {
    expect((await box.fetch("/sb/v1/pulse")).headers.get("link")).toBe('</sb/v1/summary>; rel="successor-version"');
  });

  it("another path is not mistaken for the base path", async () => {
    expect((await box.fetch("/sbx/health")).status).not.toBe(200);
    expect((await box.fetch("/sb/sb/health")).status).not.toBe(200);
  });
});
