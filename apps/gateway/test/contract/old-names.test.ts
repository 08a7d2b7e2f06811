/**
 * Earlier names of the API: each answers as the new one does, and OpenAPI says what to use instead.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

interface OldName {
  readonly method: "GET" | "POST";
  readonly old: string;
  readonly now: string;
  /** The field of the answer that has another name now. */
  readonly told?: { readonly old: string; readonly now: string };
}

const oldNames: readonly OldName[] = [
  { method: "GET", old: "/v1/pulse", now: "/v1/summary", told: { old: "lamp", now: "indicator" } },
  { method: "GET", old: "/v1/failures/acts", now: "/v1/failures/actions", told: { old: "acts", now: "actions" } },
  { method: "POST", old: "/v1/failures/acts/{id}/cancel", now: "/v1/failures/actions/{id}/cancel" },
];

interface Described {
  readonly operationId: string;
  readonly deprecated?: boolean;
  readonly description?: string;
}

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let paths: Record<string, Record<string, Described>>;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 1 } });
  expect((await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) })).status).toBe(200);
  ({ paths } = (await (await box.fetch("/openapi.json")).json()) as { paths: typeof paths });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

test("every deprecated name of OpenAPI is listed here, and the other way round", () => {
  const deprecated = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, described]) => (described.deprecated === true ? `${method.toUpperCase()} ${path}` : [])),
  );
  expect(deprecated.toSorted()).toEqual(oldNames.map(({ method, old }) => `${method} ${old}`).toSorted());
});

test.each(oldNames)("$method $old is $now, and says so", async ({ method, old, now, told }) => {
  expect(paths[old]?.[method.toLowerCase()]).toMatchObject({
    deprecated: true,
    description: expect.stringContaining(`${method} ${now}`),
  });
  expect(paths[now]?.[method.toLowerCase()]?.deprecated).toBeUndefined();
  const ask = async (path: string): Promise<[number, Record<string, unknown>]> => {
    const answer = await box.fetch(path.replace("{id}", "none"), { method });
    const isOld = path === old;
    expect(answer.headers.get("deprecation")).toEqual(isOld ? expect.stringMatching(/^@\d+$/) : null);
    expect(answer.headers.get("link")).toBe(isOld ? `<${now.replace("{id}", "none")}>; rel="successor-version"` : null);
    return [answer.status, (await answer.json()) as Record<string, unknown>];
  };
  const [oldStatus, oldBody] = await ask(old);
  const [nowStatus, nowBody] = await ask(now);
  expect(oldStatus).toBe(nowStatus);
  expect(oldStatus).not.toBe(405);
  if (told === undefined) expect(oldBody["code"]).toBe(nowBody["code"]);
  else expect(oldBody[told.old]).toEqual(nowBody[told.now]);
  expect(oldBody["code"]).not.toBe("UNKNOWN_ROUTE");
});

test("the outcome of an action on a cause is told by both names", async () => {
  for (const id of ["a", "b"]) await box.fetch(`/v1/messages/test/visits/${id}`, { method: "POST", body: "fail" });
  const found = (await box.until("/v1/failures/causes", (body) => JSON.stringify(body).includes("fingerprint"))) as {
    causes: { fingerprint: string }[];
  };
  const begun = await box.fetch(`/v1/failures/causes/${found.causes[0]?.fingerprint}/act`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ action: "discard" }),
  });
  expect(begun.status, await begun.text()).toBe(200);
  const { actions } = (await box.until("/v1/failures/actions", (body) => JSON.stringify(body).includes('"done"'))) as {
    actions: unknown[];
  };
  expect(actions).toHaveLength(1);
  expect(await (await box.fetch("/v1/failures/acts")).json()).toEqual({ acts: actions });
});
