/**
 * IDs of what belongs to another namespace, which really are there: whoever is admin of `shop` alone learns and changes nothing by them.
 * With it stands access-matrix.test.ts of the gateway, where each operation names a namespace and is asked in another: an id names none.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../stack/until.ts";
import { AttackStand, attackPassword, codeOf } from "./attack-stand.ts";

const type = "example/greeter";
const string = "io.statefun.types/string";
let stand: AttackStand;
let shop = "";
/** The ids of what the namespace `example` has. */
const ids = { call: 0, trace: 0, breakpoint: "", saved: "", savepoint: "", cause: "", cursor: "", history: "" };

beforeAll(async () => {
  stand = await AttackStand.start({ SIGNALBOX_ATTEMPTS_MAX: "1" });
  shop = (await stand.person("eve", [{ role: "admin", namespace: "shop" }])).cookie;
  const trpc = async <T>(name: string, json: unknown): Promise<T> =>
    (await stand.made<{ result: { data: T } }>(`/trpc/${name}`, { json })).result.data;
  const message = (id: string, more: object) => ({ type: "example/person", id, valueType: string, text: '"hello"', ...more });
  for (const id of ["a", "b", "c"]) await trpc("send.message", message(id, {}));
  const call = await trpc<{ messageId: number; traceId: number }>("send.ask", message("a", { waitMs: 0 }));
  ids.call = call.messageId;
  ids.trace = call.traceId;
  ids.breakpoint = (
    await stand.made<{ id: string }>("/v1/breakpoints", { json: { functions: "example/person", entity: "held", seconds: 3_600 } })
  ).id;
  await trpc("send.save", { name: "n", type, entityId: "a", valueType: string, body: '"x"' });
  ids.saved = (await stand.made<{ result: { data: { id: string }[] } }>("/trpc/send.saved", {})).result.data[0]?.id ?? "";
  ids.savepoint = (await stand.made<{ id: string }>("/v1/savepoints", { json: {} })).id;
  // The function wants a visit, so a text makes it fail.
  await trpc("send.message", { type, id: "failing", valueType: string, text: '"no visit"' });
  ids.cause = await until(
    async () => (await stand.made<{ causes: { fingerprint: string }[] }>("/v1/failures/causes", {})).causes[0]?.fingerprint,
    { what: "a cause of failures" },
  );
  const page = async (path: string) => (await stand.made<{ cursor: string | null }>(path, {})).cursor;
  ids.cursor = await until(() => page("/v1/entities/example/person?limit=1").then((cursor) => cursor ?? undefined), { what: "a cursor" });
  ids.history = await until(() => page("/v1/history?type=example%2Fperson&id=a&limit=1").then((cursor) => cursor ?? undefined), {
    what: "a cursor of a history",
  });
}, 120_000);
afterAll(() => stand?.[Symbol.asyncDispose]());

interface Case {
  readonly path: string;
  readonly method?: string;
  readonly json?: unknown;
}
const refused = "403 FORBIDDEN";

describe("an admin of another namespace", () => {
  test.each<[string, () => Case, string]>([
    ["reads no answer of a call", () => ({ path: `/v1/calls/${ids.call}` }), refused],
    ["follows no answers of a call", () => ({ path: `/v1/calls/${ids.call}/answers` }), refused],
    [
      "reads no answer of a call by naming an entity of their own",
      () => ({ path: "/trpc/send.answer", json: { type: "shop/cart", id: "a", messageId: ids.call, waitMs: 0 } }),
      "404 NOT_FOUND",
    ],
    ["looks at nothing that is held", () => ({ path: `/v1/breakpoints/${encodeURIComponent(ids.breakpoint)}/held` }), refused],
    ["lets nothing go", () => ({ path: `/v1/breakpoints/${encodeURIComponent(ids.breakpoint)}`, method: "DELETE" }), refused],
    [
      "lets nothing go by a name that begins as theirs",
      () => ({ path: `/v1/breakpoints/${encodeURIComponent(ids.breakpoint.replace("example/", "shop/"))}`, method: "DELETE" }),
      "404 UNKNOWN_BREAKPOINT",
    ],
    ["steps nothing", () => ({ path: "/v1/breakpoints/step", json: { type: "example/person", id: "held" } }), refused],
    ["forgets no saved message", () => ({ path: "/trpc/send.forget", json: { id: ids.saved } }), refused],
    ["reads no savepoint", () => ({ path: `/v1/savepoints/${ids.savepoint}` }), refused],
    ["takes no file of a savepoint", () => ({ path: `/v1/savepoints/${ids.savepoint}/file` }), refused],
    ["removes no savepoint", () => ({ path: `/v1/savepoints/${ids.savepoint}`, method: "DELETE" }), refused],
    ["restores none", () => ({ path: `/v1/savepoints/${ids.savepoint}:restore`, method: "POST", json: {} }), refused],
    ["resolves no cause", () => ({ path: `/v1/failures/causes/${ids.cause}/mark`, json: { state: "resolved" } }), refused],
    ["retries nothing of a cause", () => ({ path: `/v1/failures/causes/${ids.cause}/act`, json: { action: "retry" } }), refused],
  ])("%s", async (_what, asked, code) => {
    const { path, method, json } = asked();
    const headers = { cookie: shop, "content-type": "application/json" };
    const answer = await stand.ask(path, { headers, ...(method === undefined ? {} : { method }), ...(json === undefined ? {} : { json }) });
    expect(await codeOf(answer)).toBe(code);
  });

  test.each<[string, () => string]>([
    ["a trace by its number", () => `/v1/traces/${ids.trace}`],
    ["what a cause of failures holds up", () => `/v1/failures/causes/${ids.cause}/reach`],
    ["entities by the cursor of another type", () => `/v1/entities/shop/cart?cursor=${encodeURIComponent(ids.cursor)}`],
    ["a history by the cursor of another entity", () => `/v1/history?type=shop%2Fcart&id=a&cursor=${encodeURIComponent(ids.history)}`],
    ["saved messages", () => "/trpc/send.saved"],
    ["breakpoints", () => "/v1/breakpoints"],
  ])("sees nothing of %s", async (_what, path) => {
    const answer = await stand.ask(path(), { headers: { cookie: shop } });
    expect([401, 500]).not.toContain(answer.status);
    expect(await answer.text()).not.toMatch(/example|greeter|no visit/);
  });
});

test("finds all of it unharmed: its own people reach it", async () => {
  const { cookie } = await stand.person("grace", [{ role: "operator", namespace: "example" }]);
  const headers = { cookie, "content-type": "application/json" };
  const answer = await stand.ask("/trpc/send.answer", {
    json: { type: "example/person", id: "a", messageId: ids.call, waitMs: 0 },
    headers,
  });
  expect(await codeOf(answer)).toBe("200");
  for (const path of [`/v1/traces/${ids.trace}`, `/v1/breakpoints/${encodeURIComponent(ids.breakpoint)}/held`, "/trpc/send.saved"])
    expect(await (await stand.ask(path, { headers })).text(), path).not.toBe("");
  expect(await (await stand.ask("/v1/breakpoints", { headers })).text()).toContain(ids.breakpoint);
  expect((await stand.ask(`/v1/savepoints/${ids.savepoint}`, { headers: { cookie: stand.admin } })).status).toBe(200);
});

test("cannot use a link that invites somebody to set another person's password", async () => {
  const { link } = await stand.made<{ link: { code: string } }>("/v1/people", { json: { name: "mallory", grants: [] } });
  const answer = await stand.ask("/v1/setup", { json: { code: link.code, name: "ada", password: "chosen by somebody else" } });
  expect(answer.status).toBe(200);
  expect((await stand.ask("/v1/session", { json: { name: "ada", password: attackPassword } })).status).toBe(200);
});
