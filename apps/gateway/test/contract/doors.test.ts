/** Which surface offers which operation: each gap has a reason, each door opens. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doorRows, explained, gapOf, surfaces } from "../../src/surfaces/doors.ts";
import { adminService, ingressService } from "../../src/surfaces/grpc/service-definitions.ts";
import { appRouter } from "../../src/surfaces/trpc/router.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const rows = doorRows();

describe("doors", () => {
  test("each operation that a surface does not offer has a reason, and no other has one", () => {
    const missing = rows.flatMap(({ operation, doors }) =>
      surfaces.flatMap((surface) => {
        const reason = gapOf(operation, surface);
        if (doors[surface] === undefined && reason === undefined) return [`${operation} has no reason for no door at ${surface}`];
        return doors[surface] !== undefined && reason !== undefined
          ? [`${operation} has a reason for a gap at ${surface} that is none`]
          : [];
      }),
    );
    expect(missing).toEqual([]);
    const known = new Set(rows.map(({ operation }) => operation));
    expect(explained.filter((operation) => !known.has(operation))).toEqual([]);
  });

  test("tRPC has a procedure for each operation that names it, and no other", () => {
    const said = rows.flatMap(({ doors }) => doors.trpc ?? []);
    expect(Object.keys(appRouter._def.procedures).toSorted()).toEqual(said.toSorted());
  });

  test("gRPC has a method for each operation that names it, and no other but health", () => {
    const said = rows.flatMap(({ doors }) => doors.grpc ?? []);
    const has = [
      ...Object.keys(ingressService).map((name) => `Ingress.${name}`),
      ...Object.keys(adminService).map((name) => `Admin.${name}`),
    ];
    expect(has.filter((name) => name !== "Admin.Health").toSorted()).toEqual(said.toSorted());
  });

  test("no two operations share a door", () => {
    const all = rows.flatMap(({ doors }) => Object.values(doors));
    expect(all.filter((door, place) => all.indexOf(door) !== place)).toEqual([]);
  });
});

describe("over HTTP", () => {
  let box: TestGateway;
  beforeAll(async () => {
    box = await startGateway();
  });
  afterAll(() => box[Symbol.asyncDispose]());

  const words: Readonly<Record<string, string>> = { type: "test/visits", action: "retry", trace: "1" };
  const knocked = rows.flatMap(({ doors }) => doors.http ?? []).map((door) => door.split(" ") as [string, string]);

  test.each(knocked)("%s %s is a route", async (method, path) => {
    const url = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => words[name] ?? "none");
    const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
    const answer = await box.fetch(url, { method, ...body });
    expect(await answer.text()).not.toMatch(/"code":"(UNKNOWN_ROUTE|METHOD_NOT_ALLOWED|INTERNAL)"/);
  });

  test("OpenAPI lists each of them, with what it refuses", async () => {
    const document = (await (await box.fetch("/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    expect(document.openapi).toBe("3.1.0");
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    // old-names.test.ts covers the earlier paths.
    const now = listed.filter((route) => !route.includes("/v1/failures/acts"));
    expect(now.toSorted()).toEqual(rows.flatMap(({ doors }) => doors.http ?? []).toSorted());
    expect(document.paths["/v1/modules"]?.["get"]).toMatchObject({
      operationId: "modules.list",
      "x-access": "read",
      responses: { 200: { content: { "application/json": { schema: { required: ["modules"] } } } } },
    });
    expect(document.paths["/v1/traces"]?.["get"]).toMatchObject({
      parameters: [
        { name: "cursor", in: "query" },
        { name: "limit", in: "query", schema: { maximum: 500 } },
        { name: "filter", in: "query" },
      ],
    });
  });

  test("texts of a query become the numbers that an operation takes, and a text that is not a number is refused by its name", async () => {
    expect((await box.fetch("/v1/traces?limit=7")).status).toBe(200);
    const refused = await box.fetch("/v1/traces?limit=many");
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: "INVALID_REQUEST", where: "limit" }]);
  });
});
