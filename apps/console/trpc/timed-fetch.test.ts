import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { problemOf } from "../ui/feedback/problem.ts";
import { timedFetch } from "./timed-fetch.ts";

describe("a request of the console", () => {
  const server = createServer((request, response) => {
    if (request.url === "/silent") return;
    response.writeHead(200, { "content-type": "application/json" });
    if (request.url === "/half") response.write("{");
    else response.end("{}");
  });
  let url = "";
  beforeEach(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it("without an answer in time says so, with the time and what to do", async () => {
    for (const path of ["/silent", "/half"]) {
      const error = await timedFetch(50)(`${url}${path}`).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      const problem = problemOf(error);
      expect(problem).toMatchObject({ code: "NO_ANSWER", title: "No answer in 0.05 s" });
      expect(problem.cure).not.toBe("");
    }
  });
  it("with an answer gives it whole", async () => {
    expect(await (await timedFetch(10_000)(`${url}/`)).json()).toEqual({});
  });
  it("that the page cancelled is not a late answer", async () => {
    const off = new AbortController();
    const asked = timedFetch(10_000)(`${url}/silent`, { signal: off.signal });
    off.abort();
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  });
});
