/**
 * JSON with very many parts is refused before it is parsed, on every surface that parses it on the gateway's thread.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasMoreParts, jsonPartsMax } from "../../src/listener/json-parts.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

describe("the parts of a body", () => {
  const more = (text: string, partsMax: number): boolean => hasMoreParts(Buffer.from(text), partsMax);

  test("are its objects, lists and members", () => {
    expect([more('{"a":[1,2,3],"b":{}}', 6), more('{"a":[1,2,3],"b":{}}', 5)]).toEqual([false, true]);
  });

  test("are not counted inside texts, whatever is escaped there", () => {
    expect(more(String.raw`{"a":"[[[,,,\"[[[\\","b":"{"}`, 2)).toBe(false);
    expect(more(String.raw`{"a":"\\",[[[`, 4)).toBe(true);
  });

  test("are counted in a body that is not JSON too", () => {
    expect([more("[[[[", 3), more('"[[[[', 3), more('"\\', 0)]).toEqual([true, false, false]);
  });
});

describe("a body of too many parts", () => {
  let box: TestGateway;
  beforeAll(async () => {
    box = await startGateway({});
  });
  afterAll(() => box[Symbol.asyncDispose]());
  const body = `{"sql":${"[".repeat(jsonPartsMax)}`;
  const doors = ["/v1/sql", "/v1/alerts", "/v1/entities/shop/cart/ada", "/trpc/sql.ask", "/mcp"];

  test.each(doors)("is refused by %s with its cure, and the connection goes on", async (path) => {
    const method = path.startsWith("/v1/entities") ? "PATCH" : "POST";
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const answer = await box.fetch(path, { method, headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: "BODY_TOO_LARGE", cure: "Send it in several requests." }]);
    expect((await box.fetch("/health")).status).toBe(200);
  });
});
